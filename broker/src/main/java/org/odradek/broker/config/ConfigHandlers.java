package org.odradek.broker.config;

import java.util.List;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.metadata.ClusterMetadata;

/** The handlers of this package, over what they share. */
public final class ConfigHandlers {
  private ConfigHandlers() {}

  /**
   * @param configs of this broker, following what is set in ZooKeeper
   * @param brokerId the one that the broker has, be it given or made
   */
  public static List<ApiHandler<?, ?>> all(
      DynamicConfigs configs,
      int brokerId,
      ConfigRepository repository,
      ClusterMetadata metadata,
      LoggerLevels loggers) {
    ConfigAlteration alteration =
        new ConfigAlteration(
            configs, brokerId, repository, topic -> topicExists(metadata, topic), loggers);
    return List.of(
        new DescribeConfigsHandler(
            configs, brokerId, repository, topic -> topicExists(metadata, topic), loggers),
        new AlterConfigsHandler(alteration),
        new IncrementalAlterConfigsHandler(alteration),
        new ListConfigResourcesHandler(
            () -> metadata.current().topicsByName().keySet(),
            () -> metadata.current().brokers().keySet()));
  }

  private static boolean topicExists(ClusterMetadata metadata, String topic) {
    return metadata.current().topic(topic) != null;
  }
}
