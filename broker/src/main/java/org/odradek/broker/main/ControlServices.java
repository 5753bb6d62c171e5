package org.odradek.broker.main;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.BrokerKeys;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.config.ZooKeeperKeys;
import org.odradek.broker.control.AlterPartitionHandler;
import org.odradek.broker.control.ControlRequests;
import org.odradek.broker.control.ControlledShutdownHandler;
import org.odradek.broker.control.Departure;
import org.odradek.broker.control.TopicConfigReader;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.ControlOrder;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.broker.network.Endpoint;
import org.odradek.broker.partition.LeaderAndIsrHandler;
import org.odradek.broker.partition.ReplicaRoles;
import org.odradek.broker.partition.StopReplicaHandler;
import org.odradek.controller.ControlRequestVersions;
import org.odradek.controller.Controller;
import org.odradek.controller.ControllerConfig;
import org.odradek.controller.ControllerThread;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.registration.BrokerIdInUseException;
import org.odradek.controller.registration.BrokerRegistration;
import org.odradek.controller.registration.EndpointProbe;
import org.odradek.controller.znode.BrokerEndpoint;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.protocol.Message;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.ControlledShutdownRequest;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.StopReplicaRequest;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This broker's part in controlling the cluster: its registration, the controller of this process,
 * and what the elected one tells it, wherever that is.
 */
final class ControlServices {
  private static final Logger log = LoggerFactory.getLogger(ControlServices.class);
  private static final int PROBE_TIMEOUT_MS = 2_000;

  /** As Kafka tells it in the broker's znode; -1 where there is none. */
  private static final int JMX_PORT = Integer.getInteger("com.sun.management.jmxremote.port", -1);

  private static final long RESIGN_MAX_MS = 3_000;

  private final BrokerIdentity identity;
  private final DynamicConfigs configs;
  private final ZooKeeperClient session;
  private final ClusterMetadata metadata;
  private final ControlFence fence;
  private final PeerServices peers;
  private final Consumer<String> stopBecause;
  private volatile boolean isRegistered;
  private final LeaderAndIsrHandler leaderAndIsr;
  private final StopReplicaHandler stopReplica;
  private final UpdateMetadataHandler updateMetadata;
  private final AlterPartitionHandler alterPartition;
  private final ControlledShutdownHandler controlledShutdown;
  private final ControllerThread thread;
  private final Controller controller;

  ControlServices(
      BrokerIdentity identity,
      DynamicConfigs configs,
      ZooKeeperClient session,
      BrokerThreads threads,
      ClusterMetadata metadata,
      ControlFence fence,
      ReplicaRoles roles,
      PeerServices peers,
      Consumer<String> stopBecause) {
    this.identity = identity;
    this.configs = configs;
    this.session = session;
    this.metadata = metadata;
    this.fence = fence;
    this.peers = peers;
    this.stopBecause = stopBecause;
    ControlOrder order =
        new ControlOrder(
            threads.control(),
            metadata,
            new TopicConfigReader(
                new ConfigStore(session)::readAll, configs::noteTopic, threads.scheduler()));
    this.leaderAndIsr = new LeaderAndIsrHandler(roles, fence, order);
    this.stopReplica = new StopReplicaHandler(roles, fence, order);
    this.updateMetadata = new UpdateMetadataHandler(metadata, fence, order);
    this.thread = new ControllerThread(identity.brokerId());
    BrokerConfig config = configs.current();
    this.controller =
        new Controller(
            controllerConfig(config),
            session,
            thread,
            new ControlRequests(
                identity.brokerId(),
                peers.listenerName(),
                this::obey,
                peers.channels(),
                peers.fromController()),
            registration(config),
            System::currentTimeMillis,
            () -> ThreadLocalRandom.current().nextLong());
    this.alterPartition = new AlterPartitionHandler(controller);
    this.controlledShutdown = new ControlledShutdownHandler(controller);
  }

  Controller controller() {
    return controller;
  }

  void register(HandlerRegistry handlers) {
    handlers
        .register(leaderAndIsr)
        .register(stopReplica)
        .register(updateMetadata)
        .register(alterPartition)
        .register(controlledShutdown);
  }

  /** What the controller of this process tells this broker. */
  private CompletableFuture<Message> obey(Message request) {
    return switch (request) {
      case LeaderAndIsrRequest roles -> leaderAndIsr.submit(roles).thenApply(Message.class::cast);
      case StopReplicaRequest ends -> stopReplica.submit(ends).thenApply(Message.class::cast);
      case UpdateMetadataRequest news -> updateMetadata.submit(news).thenApply(Message.class::cast);
      default -> CompletableFuture.failedFuture(unexpected(request));
    };
  }

  /** What this broker asks of the controller in its own process. */
  CompletableFuture<Message> ask(Message request, short version) {
    return switch (request) {
      case AlterPartitionRequest isrs ->
          alterPartition.submit(isrs, version).thenApply(Message.class::cast);
      case ControlledShutdownRequest end ->
          controlledShutdown.submit(end).thenApply(Message.class::cast);
      default -> CompletableFuture.failedFuture(unexpected(request));
    };
  }

  private static IllegalArgumentException unexpected(Message request) {
    return new IllegalArgumentException(
        request.getClass().getSimpleName() + " is not sent between brokers and controllers");
  }

  private ControllerConfig controllerConfig(BrokerConfig config) {
    ControllerConfig defaults = ControllerConfig.of(identity.brokerId(), peers.listenerName());
    return new ControllerConfig(
        defaults.brokerId(),
        new ControlRequestVersions(
            peers.versions().leaderAndIsr(),
            peers.versions().stopReplica(),
            peers.versions().updateMetadata()),
        defaults.interBrokerListener(),
        config.value(BrokerKeys.DELETE_TOPIC_ENABLE),
        peers.versions().usesTopicIds(),
        defaults.requestRetryMs(),
        new ElectionConfigs(configs));
  }

  private Supplier<CompletableFuture<Void>> registration(BrokerConfig config) {
    int waitMaxMs = 2 * config.value(ZooKeeperKeys.ZOOKEEPER_SESSION_TIMEOUT_MS);
    BrokerRegistration registration =
        new BrokerRegistration(session, EndpointProbe.tcp(PROBE_TIMEOUT_MS), waitMaxMs);
    @Nullable String rack = config.optional(BrokerKeys.BROKER_RACK);
    return () ->
        registration
            .register(
                new BrokerInfo(
                    identity.brokerId(),
                    znodeEndpoints(identity.endpoints()),
                    rack,
                    JMX_PORT,
                    System.currentTimeMillis()))
            .whenComplete((epoch, failure) -> noteRegistered(failure))
            .thenAccept(fence::registered);
  }

  /** Whoever took this broker's id while it was away has it now: going on would do harm. */
  private void noteRegistered(@Nullable Throwable failure) {
    if (failure == null) {
      isRegistered = true;
    } else if (isRegistered && Failures.cause(failure) instanceof BrokerIdInUseException inUse) {
      stopBecause.accept(String.valueOf(inUse.getMessage()));
    }
  }

  /** The live brokers, as their znodes describe them. */
  List<BrokerInfo> liveBrokers() {
    List<BrokerInfo> brokers = new ArrayList<>();
    metadata
        .current()
        .brokers()
        .values()
        .forEach(broker ->
            brokers.add(
                new BrokerInfo(
                    broker.id(),
                    znodeEndpoints(broker.endpoints().values()),
                    broker.rack(),
                    JMX_PORT,
                    0)));
    return brokers;
  }

  private static List<BrokerEndpoint> znodeEndpoints(Iterable<Endpoint> endpoints) {
    List<BrokerEndpoint> all = new ArrayList<>();
    for (Endpoint endpoint : endpoints) {
      all.add(
          new BrokerEndpoint(
              endpoint.listenerName(),
              endpoint.securityProtocol().name(),
              endpoint.host(),
              endpoint.port()));
    }
    return all;
  }

  /** Has the leaders moved away, if that is wanted; returns whether they all have. */
  boolean depart() {
    BrokerConfig config = configs.current();
    if (!config.value(ReplicationKeys.CONTROLLED_SHUTDOWN_ENABLE)) {
      return false;
    }
    try {
      return new Departure(
              identity.brokerId(),
              peers.controllerChannel(),
              metadata::current,
              config.value(ReplicationKeys.CONTROLLED_SHUTDOWN_MAX_RETRIES),
              config.value(ReplicationKeys.CONTROLLED_SHUTDOWN_RETRY_BACKOFF_MS),
              departureMaxMs(config))
          .run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Gives up being the controller. Without ZooKeeper that cannot be said to anybody: the session's
   * end will tell, and the logs must be closed before whoever stops this process loses patience.
   */
  void resign() {
    try {
      controller.stop().get(RESIGN_MAX_MS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      log.warn("ZooKeeper does not answer; stopping without giving up the controller's role");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      log.warn("The controller did not stop cleanly", e);
    }
    thread.close();
  }

  /** Without ZooKeeper here there is most likely no controller that could move a leader either. */
  private long departureMaxMs(BrokerConfig config) {
    int answerMaxMs = config.value(ReplicationKeys.CONTROLLER_SOCKET_TIMEOUT_MS);
    return session.isConnected() ? answerMaxMs : Math.min(answerMaxMs, RESIGN_MAX_MS);
  }
}
