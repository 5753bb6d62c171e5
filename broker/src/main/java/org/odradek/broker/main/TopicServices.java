package org.odradek.broker.main;

import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.BrokerKeys;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.CreatedTopicConfigs;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.config.TopicSettings;
import org.odradek.broker.metadata.AutoTopicCreation;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.TopicCreator;
import org.odradek.broker.quota.MutationQuota;
import org.odradek.broker.reassignment.AlterPartitionReassignmentsHandler;
import org.odradek.broker.reassignment.ListPartitionReassignmentsHandler;
import org.odradek.broker.topic.CreatePartitionsHandler;
import org.odradek.broker.topic.CreateTopicsHandler;
import org.odradek.broker.topic.DeleteTopicsHandler;
import org.odradek.broker.topic.ElectLeadersHandler;
import org.odradek.controller.Controller;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicDefaults;
import org.odradek.controller.zookeeper.ZooKeeperClient;

/** What people have done to topics: made, extended, moved and deleted, by way of ZooKeeper. */
final class TopicServices {
  private final DynamicConfigs configs;
  private final ClusterMetadata metadata;
  private final ControlServices control;
  private final TopicAdmin topics;
  private final TopicCreator creator;

  TopicServices(
      DynamicConfigs configs,
      ZooKeeperClient session,
      ClusterMetadata metadata,
      ControlServices control) {
    this.configs = configs;
    this.metadata = metadata;
    this.control = control;
    this.topics =
        new TopicAdmin(
            session,
            control::liveBrokers,
            this::defaults,
            this::configProblem,
            () -> ThreadLocalRandom.current().nextLong()); // of whichever thread asks
    this.creator =
        new AutoTopicCreation(
            topics, name -> NewTopics.describe(name, configs.current()), System::nanoTime);
  }

  /** Makes topics that clients only mention. */
  TopicCreator creator() {
    return creator;
  }

  /**
   * @param mutations how many partitions a client may make or delete
   */
  void register(HandlerRegistry handlers, MutationQuota mutations) {
    Controller controller = control.controller();
    handlers
        .register(
            new CreateTopicsHandler(
                controller::isActive,
                topics,
                metadata,
                new CreatedTopicConfigs(configs)::describe,
                mutations))
        .register(new CreatePartitionsHandler(controller::isActive, topics, metadata, mutations))
        .register(
            new DeleteTopicsHandler(
                controller::isActive,
                () -> configs.current().value(BrokerKeys.DELETE_TOPIC_ENABLE),
                topics,
                metadata,
                mutations))
        .register(new AlterPartitionReassignmentsHandler(controller::alterReassignments))
        .register(new ListPartitionReassignmentsHandler(controller::runningReassignments))
        .register(new ElectLeadersHandler(controller, metadata));
  }

  private TopicDefaults defaults() {
    BrokerConfig config = configs.current();
    return new TopicDefaults(
        config.value(BrokerKeys.NUM_PARTITIONS),
        config.value(ReplicationKeys.DEFAULT_REPLICATION_FACTOR));
  }

  private @Nullable String configProblem(Map<String, String> overrides) {
    try {
      TopicSettings.validate(configs.current(), overrides);
      return null;
    } catch (ConfigException e) {
      return e.getMessage();
    }
  }
}
