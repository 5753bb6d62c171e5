package org.odradek.broker.main;

import ch.qos.logback.classic.LoggerContext;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.odradek.broker.api.ApiVersionsHandler;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.authorization.AclServices;
import org.odradek.broker.config.AlterConfigsHandler;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.BrokerKeys;
import org.odradek.broker.config.ConfigAlteration;
import org.odradek.broker.config.DescribeConfigsHandler;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.IncrementalAlterConfigsHandler;
import org.odradek.broker.config.ListConfigResourcesHandler;
import org.odradek.broker.config.LogbackLevels;
import org.odradek.broker.config.LoggerLevels;
import org.odradek.broker.config.NetworkKeys;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.config.ThrottleKeys;
import org.odradek.broker.group.GroupServices;
import org.odradek.broker.logdirs.AlterReplicaLogDirsHandler;
import org.odradek.broker.logdirs.LogDirMoves;
import org.odradek.broker.metadata.AdvertisedEndpoints;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.DescribeClusterHandler;
import org.odradek.broker.metadata.DescribeTopicPartitionsHandler;
import org.odradek.broker.metadata.MetadataHandler;
import org.odradek.broker.network.ConnectionLimits;
import org.odradek.broker.network.NetworkServer;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.ReplicaRoles;
import org.odradek.broker.partition.WheelWaitTimer;
import org.odradek.broker.producer.AllocateProducerIdsHandler;
import org.odradek.broker.producer.InitProducerIdHandler;
import org.odradek.broker.producer.ProducerIds;
import org.odradek.broker.reassignment.ReassignmentProgress;
import org.odradek.broker.replication.Replication;
import org.odradek.controller.LogDirectoryNotifier;
import org.odradek.controller.config.ConfigChanges;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.producerid.ProducerIdBlocks;
import org.odradek.controller.registration.BrokerIdInUseException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.LogException;
import org.odradek.storage.StorageRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a broker does: its settings, logs, partitions, what it knows of the cluster, its part in
 * controlling it, and the handlers of its APIs.
 */
final class BrokerServices implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BrokerServices.class);
  private static final long CONTROLLER_WAIT_MAX_MS = 50_000;
  private static final long TOPICS_WAIT_MAX_MS = 10_000;

  private final BrokerIdentity identity;
  private final DynamicConfigs configs;
  private final ZooKeeperClient session;
  private final BrokerThreads threads;
  private final ConfigStore configStore;
  private final LogDirectories logs;
  private final LeaderServices leading;
  private final Partitions partitions;
  private final ClusterMetadata metadata = new ClusterMetadata();
  private final ControlFence fence = new ControlFence();
  private final PeerServices peers;
  private final ReplicationQuotas quotas;
  private final QuotaServices clientQuotas;
  private final Replication replication;
  private final ReplicaRoles roles;
  private final TopicServices topics;
  private final ProducerIdBlocks producerIdBlocks;
  private final ProducerIds producerIds;
  private final ControlServices control;
  private final BrokerMetrics metrics = new BrokerMetrics();
  private final ReassignmentProgress progress;
  private final WheelWaitTimer waits = new WheelWaitTimer();
  private final List<AutoCloseable> coordinators = new ArrayList<>();

  private BrokerServices(
      DynamicConfigs configs,
      LogDirectories logs,
      BrokerIdentity identity,
      ZooKeeperClient session,
      BrokerThreads threads,
      SecurityServices security,
      QuotaServices clientQuotas,
      Consumer<String> stopBecause) {
    this.identity = identity;
    this.configs = configs;
    this.session = session;
    this.threads = threads;
    this.configStore = new ConfigStore(session);
    this.logs = logs;
    this.peers =
        new PeerServices(
            configs.current(),
            identity.brokerId(),
            security.peers(),
            metadata,
            fence,
            threads,
            () -> control().controller().controllerId(),
            (request, version) -> control().ask(request, version));
    this.leading =
        new LeaderServices(
            configs.current(),
            LeaderServices.isrStore(identity.brokerId(), session, fence, peers, waits),
            metadata,
            fence);
    this.partitions =
        new Partitions(identity.brokerId(), logs, configs::logConfig, leading.context());
    this.clientQuotas = clientQuotas;
    this.quotas = ReplicationQuotas.of(configs, identity.brokerId());
    this.replication =
        FollowerServices.start(
            configs,
            identity.brokerId(),
            fence::brokerEpoch,
            peers.channels(),
            peers.versions(),
            metadata,
            waits,
            quotas.follower(),
            threads);
    this.roles = new ReplicaRoles(partitions, replication, threads.background());
    this.producerIdBlocks = new ProducerIdBlocks(session);
    this.producerIds = new ProducerIds(() -> producerIdBlocks.take(identity.brokerId()));
    this.control =
        new ControlServices(
            identity, configs, session, threads, metadata, fence, roles, peers, stopBecause);
    this.topics = new TopicServices(configs, session, metadata, control);
    this.progress =
        ReassignmentProgress.of(
            control.controller(),
            logs,
            metadata,
            peers.listenerName(),
            peers.channels(),
            peers.fromController(),
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
            threads.background());
    PartitionNumbers numbers = new PartitionNumbers(partitions, metadata);
    clientQuotas.measure(metrics.metrics());
    metrics
        .controller(control.controller(), numbers, progress)
        .partitions(numbers)
        .isrs(leading.context().counts())
        .traffic(partitions.traffic());
  }

  /** Shows what connections do, and who logs in by them. */
  void measure(NetworkServer network, Map<String, List<LoginCounts>> logins) {
    metrics.sockets(network.socketCounts(), logins).networkThreads(network.threads());
  }

  private ControlServices control() {
    return control;
  }

  /**
   * Opens the logs, with the settings of topics read before, and registers all handlers.
   *
   * @param stopBecause told why, when the broker cannot go on
   */
  static BrokerServices start(
      BrokerConfig config,
      BrokerIdentity identity,
      ZooKeeperClient session,
      BrokerThreads threads,
      HandlerRegistry handlers,
      ConnectionLimits connectionLimits,
      SecurityServices security,
      QuotaServices clientQuotas,
      Consumer<String> stopBecause)
      throws Exception {
    DynamicConfigs configs = new DynamicConfigs(config, identity.brokerId());
    Broker.await(new PasswordRenewal(session, identity.brokerId()).run(config));
    security.follow(configs, threads);
    clientQuotas.follow(configs);
    Broker.await(
        new ConfigChanges(session, System::currentTimeMillis, threads::runLater, configs).start());
    Broker.await(
        AclServices.start(
            config,
            session,
            handlers,
            threads::runLater,
            System::currentTimeMillis,
            System::nanoTime));
    LogDirectories logs = openLogs(configs, identity, threads);
    BrokerServices services =
        new BrokerServices(
            configs, logs, identity, session, threads, security, clientQuotas, stopBecause);
    try {
      services.followConfigs(connectionLimits, stopBecause);
      services.register(handlers);
      security.start(session, threads, services.control.controller()::isActive);
      security.register(handlers, session, services.control.controller()::isActive);
      return services;
    } catch (RuntimeException | Error e) {
      services.close();
      throw e;
    }
  }

  private static LogDirectories openLogs(
      DynamicConfigs configs, BrokerIdentity identity, BrokerThreads threads)
      throws StartException {
    try {
      LogDirectories logs =
          LogDirectories.open(
              StorageConfig.of(
                  configs.current(), identity.brokerId(), identity.clusterId(), configs::logConfig),
              new StorageRuntime(
                  System::currentTimeMillis, threads.scheduler(), threads.background()));
      logs.writeMeta(identity.brokerId(), identity.clusterId());
      return logs;
    } catch (IOException | LogException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  private void followConfigs(ConnectionLimits connectionLimits, Consumer<String> stopBecause) {
    ConfigFollowers.follow(configs, connectionLimits, logs);
    new ElectionConfigs(configs).follow(control.controller());
    new LogDirectoryFaults(
            logs,
            roles,
            new LogDirectoryNotifier(session, identity.brokerId()),
            threads.control(),
            stopBecause)
        .watch();
  }

  private void register(HandlerRegistry handlers) {
    AdvertisedEndpoints endpoints =
        new AdvertisedEndpoints(identity.brokerId(), identity.unadvertisedListeners());
    ZooKeeperConfigs repository = new ZooKeeperConfigs(configStore);
    LoggerLevels loggers = new LogbackLevels((LoggerContext) LoggerFactory.getILoggerFactory());
    Predicate<String> topicExists = topic -> metadata.current().topic(topic) != null;
    ConfigAlteration alteration =
        new ConfigAlteration(configs, identity.brokerId(), repository, topicExists, loggers);
    clientQuotas.register(handlers, repository);
    topics.register(handlers, clientQuotas.clients().mutations());
    control.register(handlers);
    handlers
        .register(new InitProducerIdHandler(producerIds))
        .register(new AllocateProducerIdsHandler(control.controller(), producerIdBlocks::take))
        .register(new ApiVersionsHandler(handlers))
        .register(
            new MetadataHandler(
                metadata,
                endpoints,
                topics.creator(),
                () -> configs.current().value(BrokerKeys.AUTO_CREATE_TOPICS_ENABLE),
                identity.clusterId()))
        .register(new DescribeClusterHandler(metadata, endpoints, identity.clusterId()))
        .register(
            new DescribeTopicPartitionsHandler(
                metadata,
                () -> configs.current().value(NetworkKeys.MAX_REQUEST_PARTITION_SIZE_LIMIT)))
        .register(
            new DescribeConfigsHandler(
                configs, identity.brokerId(), repository, topicExists, loggers))
        .register(new AlterConfigsHandler(alteration))
        .register(new IncrementalAlterConfigsHandler(alteration))
        .register(
            new ListConfigResourcesHandler(
                () -> metadata.current().topicsByName().keySet(),
                () -> metadata.current().brokers().keySet()))
        .registerAll(groups(endpoints).handlers());
    LogDirMoves moves = logDirMoves();
    partitions.addListener(moves);
    handlers.register(new AlterReplicaLogDirsHandler(moves));
    PartitionServices.register(
        handlers,
        configs.current(),
        partitions,
        metadata,
        waits,
        quotas.leader(),
        clientQuotas.clients(),
        threads);
  }

  private LogDirMoves logDirMoves() {
    Integer atOnce = configs.current().optional(ReplicationKeys.NUM_REPLICA_ALTER_LOG_DIRS_THREADS);
    return new LogDirMoves(
        partitions,
        threads.background(),
        waits,
        () -> {
          Long rate =
              configs
                  .current()
                  .optional(ThrottleKeys.REPLICA_ALTER_LOG_DIRS_IO_MAX_BYTES_PER_SECOND);
          return rate == null ? Long.MAX_VALUE : rate;
        },
        () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
        atOnce == null ? logs.statuses().size() : atOnce);
  }

  private GroupServices groups(AdvertisedEndpoints endpoints) {
    GroupServices groups =
        new GroupServices(
            configs.current(),
            partitions,
            metadata,
            endpoints,
            topics.creator(),
            waits,
            InstantSource.system(),
            threads.groups(),
            threads.background());
    coordinators.add(groups);
    return groups;
  }

  /** Registers the broker and waits until the controller has told it of the cluster. */
  void join() throws Exception {
    try {
      Broker.await(control.controller().start());
    } catch (BrokerIdInUseException e) {
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
    leading.start(partitions, threads);
    var unused = producerIds.start(); // nobody waits for the first block unless it is wanted
    awaitController();
    awaitTopics();
    followReassignments();
    metrics.start(threads);
  }

  /** As long as this broker's controller moves partitions. */
  private void followReassignments() {
    var unused =
        threads
            .scheduler()
            .scheduleWithFixedDelay(
                () -> {
                  if (control.controller().reassigningPartitions() > 0 || progress.isFollowing()) {
                    var seen = progress.poll();
                  }
                },
                ReassignmentProgress.INTERVAL_MS,
                ReassignmentProgress.INTERVAL_MS,
                TimeUnit.MILLISECONDS);
  }

  /**
   * A controller that cannot reach this broker, or not log in to it, must not keep it from serving:
   * it may be there to be looked at, and the controller may move.
   */
  private void awaitController() throws Exception {
    try {
      Broker.await(
          metadata
              .await(snapshot -> snapshot.isAlive(identity.brokerId()))
              .orTimeout(CONTROLLER_WAIT_MAX_MS, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      log.warn(
          "Starting, though the controller has not told of the cluster for {} s: its log says why"
              + " (can it reach this broker, and log in?)",
          CONTROLLER_WAIT_MAX_MS / 1_000);
    }
  }

  /**
   * The controller tells of brokers first and of topics next. Clients that come in between would
   * hear that their topics are not there. A topic that cannot be told of must not hold the start up
   * for long.
   */
  private void awaitTopics() throws Exception {
    Set<String> topics = new HashSet<>(Broker.await(session.children(ZnodePaths.TOPICS, false)));
    topics.removeAll(Broker.await(session.children(ZnodePaths.DELETE_TOPICS, false)));
    try {
      Broker.await(
          metadata
              .await(snapshot -> snapshot.topicsByName().keySet().containsAll(topics))
              .orTimeout(TOPICS_WAIT_MAX_MS, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      topics.removeAll(metadata.current().topicsByName().keySet());
      log.warn("Starting, though the controller has not told of the topics {} yet", topics);
    }
  }

  /**
   * Tells other brokers that this one goes. A controller that knows keeps its replicas out of all
   * ISRs from then on. If it is this broker's own, the next one does not know: so nothing is
   * fetched any more, before there is a next one, that could count as having caught up; also when
   * not all leaders could move, as replicas may have been taken out of ISRs all the same.
   */
  void leave() {
    replication.depart();
    control.depart();
    replication.close();
    control.resign();
  }

  /** Closes coordinators and logs; nobody uses them any more. */
  @Override
  public void close() {
    for (AutoCloseable coordinator : coordinators.reversed()) {
      try {
        coordinator.close();
      } catch (Exception e) {
        log.warn("A coordinator did not stop cleanly", e);
      }
    }
    replication.close();
    waits.close();
    peers.close();
    logs.close();
  }
}
