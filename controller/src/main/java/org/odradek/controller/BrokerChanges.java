package org.odradek.controller;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.BrokerCodec;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Znode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brokers that come, go, or change their endpoints. Belongs to the controller's thread. */
final class BrokerChanges {
  private static final Logger log = LoggerFactory.getLogger(BrokerChanges.class);

  private final ControllerContext context;
  private final ControllerStore store;
  private final ControlRequestBatch batch;
  private final BrokerChannels channels;
  private final PartitionStateMachine partitions;
  private final ReplicaStateMachine replicas;
  private final TopicDeletion deletion;

  BrokerChanges(
      ControllerContext context,
      ControllerStore store,
      ControlRequestBatch batch,
      BrokerChannels channels,
      PartitionStateMachine partitions,
      ReplicaStateMachine replicas,
      TopicDeletion deletion) {
    this.context = context;
    this.store = store;
    this.batch = batch;
    this.channels = channels;
    this.partitions = partitions;
    this.replicas = replicas;
    this.deletion = deletion;
  }

  /** Reads all brokers into the context, watching each; used when the controller is elected. */
  CompletableFuture<Void> load() {
    return readBrokers()
        .thenAccept(brokers ->
            brokers
                .values()
                .forEach(broker -> {
                  context.putBroker(broker);
                  channels.open(broker.info());
                }));
  }

  /**
   * Compares the registered brokers with those we know. One that was away in between counts twice.
   */
  CompletableFuture<Void> brokersChanged() {
    return readBrokers()
        .thenCompose(now -> {
          Set<Integer> gone = new HashSet<>();
          for (LiveBroker known : context.brokers()) {
            LiveBroker same = now.get(known.id());
            if (same == null || same.epoch() != known.epoch()) {
              gone.add(known.id());
            }
          }
          List<LiveBroker> come = new ArrayList<>();
          for (LiveBroker broker : now.values()) {
            if (context.broker(broker.id()) == null || gone.contains(broker.id())) {
              come.add(broker);
            }
          }
          return left(gone).thenCompose(done -> came(come));
        });
  }

  /**
   * Endpoints of a broker changed: all brokers hear of it. One that has registered again meanwhile
   * has lost more than that: it is taken as gone and come.
   */
  CompletableFuture<Void> brokerModified(int brokerId) {
    return store
        .read(ZnodePaths.broker(brokerId), true)
        .thenCompose(znode -> {
          Optional<LiveBroker> broker = znode.flatMap(found -> decode(brokerId, found));
          LiveBroker known = context.broker(brokerId);
          if (broker.isPresent() && known != null) {
            if (broker.get().epoch() != known.epoch()) {
              return brokersChanged();
            }
            context.putBroker(broker.get());
            channels.open(broker.get().info());
            batch.updateMetadata(List.of());
            batch.send();
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  private CompletableFuture<SortedMap<Integer, LiveBroker>> readBrokers() {
    return store
        .watchDirectory(ZnodePaths.BROKER_IDS)
        .thenCompose(names -> {
          List<String> paths =
              names.stream().map(name -> ZnodePaths.BROKER_IDS + "/" + name).toList();
          return store.readAll(paths, true);
        })
        .thenApply(znodes -> {
          SortedMap<Integer, LiveBroker> brokers = new TreeMap<>();
          znodes.forEach((path, znode) -> {
            try {
              int id = Integer.parseInt(ZnodePaths.name(path));
              decode(id, znode).ifPresent(broker -> brokers.put(id, broker));
            } catch (NumberFormatException e) {
              log.error("{} is not the id of a broker: ignored", path);
            }
          });
          return brokers;
        });
  }

  private static Optional<LiveBroker> decode(int brokerId, Znode znode) {
    try {
      return Optional.of(
          new LiveBroker(BrokerCodec.decode(brokerId, znode.data()), znode.stat().getCzxid()));
    } catch (ZnodeFormatException e) {
      log.error("broker {} is taken for dead: {}", brokerId, e.getMessage());
      return Optional.empty();
    }
  }

  // ---- coming and going

  private CompletableFuture<Void> came(List<LiveBroker> brokers) {
    if (brokers.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<Integer> ids = brokers.stream().map(LiveBroker::id).toList();
    log.info("brokers {} have come", ids);
    Set<Integer> before = context.brokerIds();
    for (LiveBroker broker : brokers) {
      context.putBroker(broker);
      channels.open(broker.info());
    }
    batch.updateMetadata(before, List.of());
    batch.send();
    batch.updateMetadata(ids, context.allPartitions());
    batch.send();
    List<PartitionReplica> back = new ArrayList<>();
    for (int id : ids) {
      for (PartitionReplica replica : context.replicasOn(id)) {
        if (!context.isBeingDeleted(replica.partition())) {
          back.add(replica);
        }
      }
    }
    replicas.toOnline(back);
    return partitions.bringOnline().thenCompose(done -> deletion.brokersCame(ids));
  }

  private CompletableFuture<Void> left(Collection<Integer> brokerIds) {
    if (brokerIds.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    log.info("brokers {} have gone", brokerIds);
    List<PartitionReplica> lost = new ArrayList<>();
    for (int id : brokerIds) {
      lost.addAll(context.replicasOn(id));
      channels.close(id);
      context.removeBroker(id);
    }
    return replicasLost(lost);
  }

  /** Replicas cannot be reached any more: other leaders, smaller ISRs, deletions that wait. */
  CompletableFuture<Void> replicasLost(Collection<PartitionReplica> lost) {
    List<PartitionReplica> kept = new ArrayList<>();
    List<PartitionReplica> undeleted = new ArrayList<>();
    for (PartitionReplica replica : lost) {
      if (!context.isBeingDeleted(replica.partition())) {
        kept.add(replica);
      } else if (context.lifecycle(replica) == ReplicaLifecycle.DELETION_STARTED) {
        undeleted.add(replica);
      }
    }
    replicas.markOffline(kept);
    return partitions
        .replicasLost(kept)
        .thenAccept(done -> {
          deletion.failed(undeleted);
          batch.updateMetadata(List.of());
          batch.send();
        });
  }

  /** Replicas that their broker could not store are there again. */
  CompletableFuture<Void> replicasBack(Collection<PartitionReplica> back) {
    log.info("{} replicas can be stored again", back.size());
    replicas.toOnline(
        back.stream().filter(replica -> !context.isBeingDeleted(replica.partition())).toList());
    return partitions.bringOnline();
  }
}
