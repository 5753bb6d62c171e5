package org.odradek.broker.authentication;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A login module of a JAAS section: its class, which is never loaded here, and its options.
 *
 * @param options holds secrets; they are not printed
 */
public record JaasEntry(String moduleClass, Map<String, String> options) {
  /** The module of Kafka's that holds names and passwords for PLAIN. */
  public static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";

  /** The module of Kafka's that holds the broker's own name and password for SCRAM. */
  public static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

  public JaasEntry {
    options = Map.copyOf(options);
  }

  public @Nullable String option(String name) {
    return options.get(name);
  }

  @Override
  public String toString() {
    return moduleClass + " with options " + options.keySet().stream().sorted().toList();
  }
}
