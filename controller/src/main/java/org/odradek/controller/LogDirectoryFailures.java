package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.odradek.controller.znode.NotificationCodec;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.LeaderAndIsrResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicas that their broker cannot keep though it is alive: it answers LeaderAndIsr for them with
 * KAFKA_STORAGE_ERROR. Brokers whose directory fails say so in {@code /log_dir_event_notification}
 * and are asked then.
 *
 * <p>They are asked again from time to time, as not all such failures are for good: a disk that was
 * full has room again. Belongs to the controller's thread.
 */
final class LogDirectoryFailures {
  private static final Logger log = LoggerFactory.getLogger(LogDirectoryFailures.class);

  /** How many pauses before a request is repeated make the one before a broker is asked again. */
  private static final int ASK_AGAIN_RETRIES = 300;

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControlRequestBatch batch;
  private final BrokerChanges brokers;
  private final ControllerScheduler thread;
  private final Consumer<ControllerEvent> events;
  private final long askAgainMs;
  private final Set<Integer> toBeAsked = new HashSet<>();

  LogDirectoryFailures(
      ControllerContext context,
      ControllerStore store,
      ControllerConfig config,
      ControlRequestBatch batch,
      BrokerChanges brokers,
      ControllerScheduler thread,
      Consumer<ControllerEvent> events) {
    this.context = context;
    this.store = store;
    this.batch = batch;
    this.brokers = brokers;
    this.thread = thread;
    this.events = events;
    this.askAgainMs = ASK_AGAIN_RETRIES * config.requestRetryMs();
  }

  /** Removes what was notified before we were elected: all brokers are asked anyway. */
  CompletableFuture<Void> skip() {
    return store
        .watchDirectory(ZnodePaths.LOG_DIR_EVENTS)
        .thenCompose(names -> store.deleteAll(paths(names)));
  }

  /** Reads the notifications, asks the brokers that made them, and removes them. */
  CompletableFuture<Void> notified() {
    return store
        .watchDirectory(ZnodePaths.LOG_DIR_EVENTS)
        .thenCompose(names -> store.readAll(paths(names), false))
        .thenCompose(notifications -> {
          for (int brokerId : failing(notifications)) {
            log.info("broker {} tells of a failed log directory", brokerId);
            List<TopicPartition> all = new ArrayList<>();
            context.replicasOn(brokerId).forEach(replica -> all.add(replica.partition()));
            ask(brokerId, all);
          }
          return store.deleteAll(List.copyOf(notifications.keySet()));
        });
  }

  private static List<String> paths(List<String> names) {
    return names.stream().map(name -> ZnodePaths.LOG_DIR_EVENTS + "/" + name).toList();
  }

  private static Set<Integer> failing(Map<String, Znode> notifications) {
    Set<Integer> brokers = new HashSet<>();
    notifications.forEach((path, znode) -> {
      try {
        brokers.add(NotificationCodec.decodeLogDirFailure(path, znode.data()));
      } catch (ZnodeFormatException e) {
        log.warn("ignored a log directory notification: {}", e.getMessage());
      }
    });
    return brokers;
  }

  private void ask(int brokerId, Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      if (context.state(partition) != null && !context.isBeingDeleted(partition)) {
        batch.leaderAndIsr(List.of(brokerId), partition, false);
      }
    }
    batch.send();
  }

  /** The time has come to ask a broker about the replicas that it could not keep. */
  void askAgain(int brokerId) {
    if (toBeAsked.remove(brokerId)) {
      ask(brokerId, context.offlineDirectoriesOn(brokerId));
    }
  }

  void clear() {
    toBeAsked.clear();
  }

  CompletableFuture<Void> answered(int brokerId, LeaderAndIsrResponse response) {
    if (response.errorCode() != ErrorCode.NONE.code()) {
      log.warn(
          "broker {} refused LeaderAndIsr: {}", brokerId, ErrorCode.forCode(response.errorCode()));
      return CompletableFuture.completedFuture(null);
    }
    List<PartitionReplica> failed = new ArrayList<>();
    List<PartitionReplica> back = new ArrayList<>();
    codes(response)
        .forEach((partition, code) -> {
          if (context.assignment(partition) == null) {
            return;
          }
          PartitionReplica replica = new PartitionReplica(partition, brokerId);
          switch (code) {
            case NONE -> {
              if (context.directoryRecovered(brokerId, partition)) {
                back.add(replica);
              }
            }
            case KAFKA_STORAGE_ERROR -> {
              if (context.directoryFailed(brokerId, partition)) {
                log.error("{} is offline on broker {}: it cannot store it", partition, brokerId);
                failed.add(replica);
              }
            }
            // what it knows already
            case STALE_CONTROLLER_EPOCH -> log.debug("broker {} knew of {}", brokerId, partition);
            default ->
                log.warn("broker {} refused LeaderAndIsr of {}: {}", brokerId, partition, code);
          }
        });
    if (!context.offlineDirectoriesOn(brokerId).isEmpty() && toBeAsked.add(brokerId)) {
      thread.schedule(
          () -> events.accept(new ControllerEvent.ReplicasToBeAskedFor(brokerId)), askAgainMs);
    }
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    if (!failed.isEmpty()) {
      done = brokers.replicasLost(failed);
    }
    return back.isEmpty() ? done : done.thenCompose(lost -> brokers.replicasBack(back));
  }

  /** By topic name in older versions, by topic id in newer ones. */
  private Map<TopicPartition, ErrorCode> codes(LeaderAndIsrResponse response) {
    Map<TopicPartition, ErrorCode> codes = new HashMap<>();
    response
        .partitionErrors()
        .forEach(error ->
            codes.put(
                new TopicPartition(error.topicName(), error.partitionIndex()),
                ErrorCode.forCode(error.errorCode())));
    if (response.topics().isEmpty()) {
      return codes;
    }
    response
        .topics()
        .forEach(topic -> {
          String name = context.topicName(topic.topicId());
          if (name != null) {
            topic
                .partitionErrors()
                .forEach(error ->
                    codes.put(
                        new TopicPartition(name, error.partitionIndex()),
                        ErrorCode.forCode(error.errorCode())));
          }
        });
    return codes;
  }
}
