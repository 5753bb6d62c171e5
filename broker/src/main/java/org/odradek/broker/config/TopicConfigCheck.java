package org.odradek.broker.config;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.topic.TopicConfigValidator;

/** Says for CreateTopics whether a new topic may have the settings that are wanted for it. */
public final class TopicConfigCheck implements TopicConfigValidator {
  private final Supplier<BrokerConfig> config;

  /**
   * @param config what the broker runs with now
   */
  public TopicConfigCheck(Supplier<BrokerConfig> config) {
    this.config = config;
  }

  @Override
  public @Nullable String problem(Map<String, String> configs) {
    try {
      TopicSettings.validate(config.get(), configs);
      return null;
    } catch (ConfigException e) {
      return e.getMessage();
    }
  }
}
