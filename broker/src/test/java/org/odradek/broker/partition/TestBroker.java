package org.odradek.broker.partition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.ControlOrder;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrPartitionState;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrTopicState;
import org.odradek.protocol.message.LeaderAndIsrResponse;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataBroker;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataEndpoint;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataPartitionState;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataTopicState;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.odradek.storage.LogConfig;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.StorageRuntime;
import org.odradek.storage.StorageSettings;

/** Broker 1 of 1 and 2 with logs of its own, and a controller that the test plays. */
public final class TestBroker implements AutoCloseable {
  public static final int ID = 1;
  public static final int OTHER = 2;
  public static final long LAG_MAX_MS = 30_000;
  public static final long BROKER_EPOCH = 70;

  public final ManualWaitTimer timer = new ManualWaitTimer();
  public final ClusterMetadata metadata = new ClusterMetadata();
  public final ControlFence fence = new ControlFence();
  public final HeldIsrStore isrStore = new HeldIsrStore();
  public final IsrChangeCounts isrChanges = new IsrChangeCounts();
  public final Partitions partitions;
  public final LeaderAndIsrHandler leaderAndIsr;
  public final StopReplicaHandler stopReplica;
  private final Map<String, LogConfig> topicConfigs = new HashMap<>();
  private final Map<String, Uuid> topicIds = new HashMap<>();
  private final UpdateMetadataHandler updateMetadata =
      new UpdateMetadataHandler(metadata, fence, ControlOrder.inOneThread(metadata));
  private final LogDirectories logs;
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService background = Executors.newFixedThreadPool(2);

  public TestBroker(Path... directories) {
    try {
      logs =
          LogDirectories.open(
              StorageSettings.defaults(List.of(directories)),
              new StorageRuntime(timer::nowMs, scheduler, background));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    partitions =
        new Partitions(
            ID,
            logs,
            topic -> topicConfigs.getOrDefault(topic, LogConfig.DEFAULTS),
            new LeaderContext(
                isrStore,
                timer::nowMs,
                LAG_MAX_MS,
                broker -> metadata.current().isAlive(broker),
                () -> BROKER_EPOCH,
                isrChanges));
    ReplicaRoles roles = new ReplicaRoles(partitions, ReplicaFollowing.NONE, background);
    leaderAndIsr = new LeaderAndIsrHandler(roles, fence, ControlOrder.inOneThread(metadata));
    stopReplica = new StopReplicaHandler(roles, fence, ControlOrder.inOneThread(metadata));
  }

  public LogDirectories logs() {
    return logs;
  }

  /** Settings for a topic that is yet to be made. */
  public void configure(String topic, Map<String, String> settings) {
    topicConfigs.put(topic, LogConfig.of(settings));
  }

  public Uuid topicId(String topic) {
    return topicIds.computeIfAbsent(topic, name -> new Uuid(7, topicIds.size() + 1));
  }

  /** Makes this broker lead partition 0 alone, and announces it. */
  public Partition lead(String topic) {
    return lead(topic, 0, 3, List.of(ID));
  }

  public Partition lead(String topic, int partition, int leaderEpoch, List<Integer> isr) {
    return lead(topic, partition, leaderEpoch, isr, isr);
  }

  public Partition lead(
      String topic, int partition, int leaderEpoch, List<Integer> isr, List<Integer> replicas) {
    assertEquals(ErrorCode.NONE, tell(topic, partition, ID, leaderEpoch, isr, replicas, false));
    Partition made = partitions.find(new TopicPartition(topic, partition));
    if (made == null) {
      throw new AssertionError("no partition " + topic + "-" + partition);
    }
    return made;
  }

  /** LeaderAndIsr and UpdateMetadata for one partition; the error code of the former. */
  public ErrorCode tell(
      String topic, int partition, int leader, int leaderEpoch, List<Integer> isr) {
    return tell(topic, partition, leader, leaderEpoch, isr, false);
  }

  /** As above, for a replica that may just have been assigned. */
  public ErrorCode tell(
      String topic, int partition, int leader, int leaderEpoch, List<Integer> isr, boolean isNew) {
    return tell(topic, partition, leader, leaderEpoch, isr, isr, isNew);
  }

  private ErrorCode tell(
      String topic,
      int partition,
      int leader,
      int leaderEpoch,
      List<Integer> isr,
      List<Integer> replicas,
      boolean isNew) {
    LeaderAndIsrResponse response =
        leaderAndIsr.apply(
            new LeaderAndIsrRequest()
                .controllerId(ID)
                .controllerEpoch(1)
                .topicStates(
                    List.of(
                        new LeaderAndIsrTopicState()
                            .topicName(topic)
                            .topicId(topicId(topic))
                            .partitionStates(
                                List.of(
                                    new LeaderAndIsrPartitionState()
                                        .partitionIndex(partition)
                                        .leader(leader)
                                        .leaderEpoch(leaderEpoch)
                                        .isNew(isNew)
                                        .isr(isr)
                                        .replicas(replicas))))));
    assertEquals(ErrorCode.NONE.code(), response.errorCode());
    announce(topic, partition, leader, leaderEpoch, replicas);
    return ErrorCode.forCode(response.topics().getFirst().partitionErrors().getFirst().errorCode());
  }

  /** UpdateMetadata for one partition. */
  public void announce(
      String topic, int partition, int leader, int leaderEpoch, List<Integer> replicas) {
    updateMetadata.apply(
        new UpdateMetadataRequest()
            .controllerId(ID)
            .controllerEpoch(1)
            .liveBrokers(List.of(broker(ID), broker(OTHER)))
            .topicStates(
                List.of(
                    new UpdateMetadataTopicState()
                        .topicName(topic)
                        .topicId(topicId(topic))
                        .partitionStates(
                            List.of(
                                new UpdateMetadataPartitionState()
                                    .partitionIndex(partition)
                                    .leader(leader)
                                    .leaderEpoch(leaderEpoch)
                                    .isr(replicas)
                                    .replicas(replicas))))));
  }

  private static UpdateMetadataBroker broker(int id) {
    return new UpdateMetadataBroker()
        .id(id)
        .rack("rack" + id)
        .endpoints(
            List.of(
                new UpdateMetadataEndpoint()
                    .host("host" + id)
                    .port(9000 + id)
                    .listener("PLAINTEXT")
                    .securityProtocol((short) 0)));
  }

  /** A batch with these values, without keys. */
  public ByteBuffer batch(String... values) {
    RecordBatchBuilder builder = new RecordBatchBuilder();
    for (String value : values) {
      builder.append(timer.nowMs(), null, ByteBuffer.wrap(value.getBytes(UTF_8)));
    }
    return builder.build();
  }

  /** The values in batches of magic 2, as text. */
  public static List<String> values(ByteBuffer batches) {
    List<String> values = new ArrayList<>();
    org.odradek.protocol.record.RecordBatch.wholeIn(batches)
        .forEach(batch ->
            batch
                .records(1 << 20)
                .forEach(record ->
                    values.add(
                        record.value() == null
                            ? "null"
                            : UTF_8.decode(record.value().duplicate()).toString())));
    return values;
  }

  @Override
  public void close() {
    logs.close();
    scheduler.shutdownNow();
    background.shutdownNow();
  }
}
