package org.odradek.broker.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows all metrics as MBeans with the attributes of Kafka's: {@code Value} of a gauge; {@code
 * Count}, {@code MeanRate}, {@code OneMinuteRate}, {@code FiveMinuteRate}, {@code
 * FifteenMinuteRate}, {@code RateUnit} and {@code EventType} of a meter.
 */
public final class JmxExporter implements Metrics.Listener {
  private static final Logger log = LoggerFactory.getLogger(JmxExporter.class);

  private final MBeanServer server;

  private JmxExporter(MBeanServer server) {
    this.server = server;
  }

  /** Whether the JVM was started with its JMX agent, as {@code JMX_PORT} makes the scripts do. */
  public static boolean isWanted() {
    return System.getProperty("com.sun.management.jmxremote.port") != null
        || System.getProperty("com.sun.management.jmxremote") != null;
  }

  /** Registers what there is, and follows what comes and goes. */
  public static void export(Metrics metrics, MBeanServer server) {
    metrics.follow(new JmxExporter(server));
  }

  @Override
  public void added(MetricName name, Metrics.Metric metric) {
    try {
      server.registerMBean(new Bean(name, attributes(metric)), objectName(name));
    } catch (InstanceAlreadyExistsException e) {
      // told of twice, as it came while the others were told of
    } catch (JMException e) {
      log.warn("Metric {} is not to be seen by JMX: {}", name, e.getMessage());
    }
  }

  @Override
  public void removed(MetricName name) {
    try {
      server.unregisterMBean(objectName(name));
    } catch (InstanceNotFoundException e) {
      // it could not be registered
    } catch (JMException e) {
      log.warn("Metric {} stays to be seen by JMX: {}", name, e.getMessage());
    }
  }

  private static ObjectName objectName(MetricName name) throws JMException {
    return new ObjectName(name.objectName());
  }

  private static Map<String, Supplier<?>> attributes(Metrics.Metric metric) {
    Map<String, Supplier<?>> attributes = new LinkedHashMap<>();
    switch (metric) {
      case Metrics.Gauge gauge -> attributes.put("Value", gauge.value());
      case Metrics.Numbers numbers -> attributes.putAll(numbers.values());
      case Metrics.Counted counted -> {
        Meter meter = counted.meter();
        attributes.put("Count", meter::count);
        attributes.put("MeanRate", meter::meanRate);
        attributes.put("OneMinuteRate", meter::oneMinuteRate);
        attributes.put("FiveMinuteRate", meter::fiveMinuteRate);
        attributes.put("FifteenMinuteRate", meter::fifteenMinuteRate);
        attributes.put("RateUnit", () -> "SECONDS");
        attributes.put("EventType", meter::eventType);
      }
    }
    return attributes;
  }

  /** Read-only attributes, without reflection. */
  private record Bean(MetricName name, Map<String, Supplier<?>> attributes)
      implements DynamicMBean {

    @Override
    public Object getAttribute(String attribute) throws AttributeNotFoundException {
      Supplier<?> value = attributes.get(attribute);
      if (value == null) {
        throw new AttributeNotFoundException(name + " has no attribute " + attribute);
      }
      return value.get();
    }

    @Override
    public AttributeList getAttributes(String[] names) {
      AttributeList values = new AttributeList();
      for (String attribute : names) {
        Supplier<?> value = attributes.get(attribute);
        if (value != null) {
          values.add(new Attribute(attribute, value.get()));
        }
      }
      return values;
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
      throw new AttributeNotFoundException(name + " cannot be changed");
    }

    @Override
    public AttributeList setAttributes(AttributeList values) {
      return new AttributeList();
    }

    @Override
    public @Nullable Object invoke(
        String action, Object @Nullable [] arguments, String @Nullable [] signature) {
      throw new UnsupportedOperationException(name + " has no operation " + action);
    }

    @Override
    public MBeanInfo getMBeanInfo() {
      MBeanAttributeInfo[] infos =
          attributes.keySet().stream()
              .map(attribute ->
                  new MBeanAttributeInfo(
                      attribute, typeOf(attribute), attribute, true, false, false))
              .toArray(MBeanAttributeInfo[]::new);
      return new MBeanInfo(Bean.class.getName(), name.objectName(), infos, null, null, null);
    }

    private static String typeOf(String attribute) {
      return switch (attribute) {
        case "Value" -> Object.class.getName();
        case "Count" -> long.class.getName();
        case "RateUnit", "EventType" -> String.class.getName();
        default -> double.class.getName();
      };
    }
  }
}
