package org.odradek.broker.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.ObjectName;

/**
 * The name of a metric, as Kafka names its MBeans: {@code group:type=T,name=N[,tag=value]...}.
 *
 * @param name empty for several numbers that go by group, type and tags
 * @param group the domain, say {@code kafka.server}
 * @param tags in the order in which they are printed
 */
public record MetricName(String group, String type, String name, Map<String, String> tags) {

  public MetricName {
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
  }

  public static MetricName of(String group, String type, String name) {
    return new MetricName(group, type, name, Map.of());
  }

  /** The name of several numbers that have no other name: {@code group:type=T[,tag=value]...}. */
  public static MetricName ofNumbers(String group, String type) {
    return of(group, type, "");
  }

  /** The same with one more tag; the topic of a topic's own number, say. */
  public MetricName tagged(String tag, String value) {
    Map<String, String> more = new LinkedHashMap<>(tags);
    more.put(tag, value);
    return new MetricName(group, type, name, more);
  }

  /** The object name; what cannot be in it as it is gets quoted. */
  public String objectName() {
    String labels =
        tags.entrySet().stream()
            .map(tag -> "," + tag.getKey() + "=" + quoted(tag.getValue()))
            .collect(Collectors.joining());
    return group + ":type=" + type + (name.isEmpty() ? "" : ",name=" + name) + labels;
  }

  private static String quoted(String value) {
    return value.chars().anyMatch(c -> ",=:\"*?\n".indexOf(c) >= 0)
        ? ObjectName.quote(value)
        : value;
  }

  @Override
  public String toString() {
    return objectName();
  }
}
