package org.odradek.broker.group;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.GroupKeys;
import org.odradek.broker.metadata.AdvertisedEndpoints;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.metadata.TopicCreator;
import org.odradek.broker.metadata.TopicMetadata;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.protocol.Uuid;

/**
 * Puts the group coordinator together with the broker's partitions and metadata. Made before the
 * controller's first request, since that is what tells which partitions are led here.
 */
public final class GroupServices implements AutoCloseable {
  private final OffsetsTopicSize offsetsTopic;
  private final GroupCoordinator coordinator;
  private final List<ApiHandler<?, ?>> handlers;

  /**
   * @param owners a few threads for tasks that never wait; should report what a task throws
   * @param loaders threads that may wait for disks
   */
  public GroupServices(
      BrokerConfig config,
      Partitions partitions,
      ClusterMetadata metadata,
      AdvertisedEndpoints endpoints,
      TopicCreator topics,
      WaitTimer timer,
      InstantSource clock,
      Executor owners,
      Executor loaders) {
    this.offsetsTopic = new OffsetsTopicSize(metadata);
    this.coordinator =
        new GroupCoordinator(
            GroupConfig.of(config),
            new OffsetsTopicLog(
                partitions, timer, config.value(GroupKeys.OFFSETS_LOAD_BUFFER_SIZE)),
            new MonotonicGroupTimer(timer),
            clock,
            owners,
            loaders,
            offsetsTopic::partitions,
            UUID::randomUUID);
    partitions.addListener(new OffsetsTopicLeadership(coordinator));
    metadata.addListener(this::forgetDeletedTopics);
    this.handlers =
        List.of(
            new FindCoordinatorHandler(coordinator, metadata, endpoints, topics),
            new JoinGroupHandler(coordinator),
            new SyncGroupHandler(coordinator),
            new HeartbeatHandler(coordinator),
            new LeaveGroupHandler(coordinator),
            new OffsetCommitHandler(coordinator, metadata, clock),
            new OffsetFetchHandler(coordinator, metadata),
            new DescribeGroupsHandler(coordinator),
            new ListGroupsHandler(coordinator),
            new DeleteGroupsHandler(coordinator),
            new OffsetDeleteHandler(coordinator, metadata));
  }

  private void forgetDeletedTopics(MetadataSnapshot before, MetadataSnapshot after) {
    Set<String> deleted = new HashSet<>();
    for (TopicMetadata topic : before.topics()) {
      TopicMetadata now = after.topic(topic.name());
      boolean madeAnew =
          now != null
              && !topic.id().equals(Uuid.ZERO)
              && !now.id().equals(Uuid.ZERO)
              && !now.id().equals(topic.id());
      if (now == null || madeAnew) {
        deleted.add(topic.name());
      }
    }
    if (deleted.contains(GroupCoordinator.OFFSETS_TOPIC)) {
      offsetsTopic.forget();
      coordinator.offsetsTopicDeleted();
    } else if (!deleted.isEmpty()) {
      coordinator.topicsDeleted(deleted);
    }
  }

  /** One for each API of groups and offsets. */
  public List<ApiHandler<?, ?>> handlers() {
    return handlers;
  }

  /** Whoever waits is sent to look for another coordinator. */
  @Override
  public void close() {
    coordinator.close();
  }
}
