package org.odradek.benchmarks.systems;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a system is set up, alike for all systems.
 *
 * @param brokers their number
 * @param settings keys of server.properties beyond addresses and folders
 * @param isTls whether brokers listen, and talk to each other, with TLS
 * @param brokerCpus processors that the brokers are pinned to, as taskset takes them; empty for all
 * @param heap heap options of the JVM; empty for what each system is shipped with
 * @param memoryLimitMib limit of a control group of all the brokers, its page cache included; 0 for
 *     none
 */
public record Deployment(
    int brokers,
    Map<String, String> settings,
    boolean isTls,
    String brokerCpus,
    String heap,
    int memoryLimitMib) {
  public static final Deployment ONE_BROKER = new Deployment(1, Map.of(), false, "", "", 0);
  public static final Deployment THREE_BROKERS = new Deployment(3, Map.of(), false, "", "", 0);

  public Deployment {
    settings = Map.copyOf(settings);
  }

  public Deployment with(String key, String value) {
    var more = new LinkedHashMap<>(settings);
    more.put(key, value);
    return new Deployment(brokers, more, isTls, brokerCpus, heap, memoryLimitMib);
  }

  public Deployment withTls() {
    return new Deployment(brokers, settings, true, brokerCpus, heap, memoryLimitMib);
  }

  public Deployment pinnedTo(String cpus) {
    return new Deployment(brokers, settings, isTls, cpus, heap, memoryLimitMib);
  }

  public Deployment withHeap(String options) {
    return new Deployment(brokers, settings, isTls, brokerCpus, options, memoryLimitMib);
  }

  public Deployment limitedToMib(int limit) {
    return new Deployment(brokers, settings, isTls, brokerCpus, heap, limit);
  }

  /** When the log is forced to the disk, in words. */
  public String flushPolicy() {
    String messages = settings.get("flush.messages");
    String everyMessages = settings.getOrDefault("log.flush.interval.messages", messages);
    return everyMessages == null
        ? "left to the operating system (each system's default)"
        : "forced every " + everyMessages + " message(s)";
  }
}
