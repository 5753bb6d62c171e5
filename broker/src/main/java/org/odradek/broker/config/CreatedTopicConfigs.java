package org.odradek.broker.config;

import java.util.List;
import java.util.Map;
import org.odradek.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;

/** All settings of a topic just made, as CreateTopics tells them (KIP-525). */
public final class CreatedTopicConfigs {
  private final ConfigDescriber describer;

  public CreatedTopicConfigs(DynamicConfigs configs) {
    this.describer = new ConfigDescriber(configs);
  }

  /** {@code overrides}: what was set for the topic itself. */
  public List<CreatableTopicConfigs> describe(Map<String, String> overrides) {
    return describer
        .topic(overrides, null, new ConfigDescriber.Detail(false, false, false))
        .stream()
        .map(entry ->
            new CreatableTopicConfigs()
                .name(entry.name())
                .value(entry.value())
                .readOnly(entry.readOnly())
                .configSource(entry.configSource())
                .isSensitive(entry.isSensitive()))
        .toList();
  }
}
