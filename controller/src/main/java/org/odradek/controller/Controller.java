package org.odradek.controller;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.registration.BrokerIdInUseException;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker's part in controlling the cluster: it registers the broker in each new session, takes
 * part in each election, and while elected decides about leaders, topics and deletions.
 *
 * <p>Events wait in one queue and are taken one at a time, each to its end; while one waits for
 * ZooKeeper, the thread is free. What is not an event of an elected controller is dropped when it
 * is not elected. A write that finds another controller's epoch makes it resign at once.
 *
 * <p>Thread-safety: public methods may be called from any thread and do not block; futures complete
 * on the controller's thread.
 */
public final class Controller {
  /** Stands for "no controller is known". */
  public static final int NO_CONTROLLER = -1;

  private static final Logger log = LoggerFactory.getLogger(Controller.class);
  private static final long RETRY_ELECTION_MS = 1_000;

  private final ControllerConfig config;
  private final ZooKeeperSession session;
  private final ControllerScheduler thread;
  private final Supplier<? extends CompletableFuture<?>> registration;
  private final ControllerElection election;
  private final ControllerDuties duties;

  // owned by the controller's thread
  private final Deque<ControllerEvent> queue = new ArrayDeque<>();
  private boolean isBusy;
  private boolean isStopped;

  /** Whether the next election has to wait, as taking over has just failed. */
  private boolean isPausing;

  // written by the controller's thread only
  private volatile boolean isActive;
  private volatile int controllerId = NO_CONTROLLER;
  private volatile int epoch;
  private volatile List<BrokerInfo> liveBrokers = List.of();
  private volatile Map<Integer, Long> brokerEpochs = Map.of();
  private volatile int reassigningPartitions;

  /**
   * @param registration registers this broker; called at the start and in each new session, before
   *     the election
   * @param clockMs wall clock time, for timestamps in znodes
   * @param random makes ids for topics that have none
   */
  public Controller(
      ControllerConfig config,
      ZooKeeperSession session,
      ControllerScheduler thread,
      ControlRequestSender sender,
      Supplier<? extends CompletableFuture<?>> registration,
      LongSupplier clockMs,
      RandomGenerator random) {
    this.config = config;
    this.session = session;
    this.thread = thread;
    this.registration = registration;
    this.election = new ControllerElection(session, config.brokerId(), clockMs);
    this.duties =
        new ControllerDuties(config, session, thread, sender, () -> Uuid.random(random), this::put);
  }

  /**
   * Registers the broker and takes part in the election. Complete when the broker is registered and
   * the election is decided; if we are elected, when brokers have been told everything. Fails if
   * the broker cannot be registered, and then must be stopped.
   */
  public CompletableFuture<Void> start() {
    session.subscribe(this::onSessionEvent);
    CompletableFuture<Void> started = new CompletableFuture<>();
    put(new ControllerEvent.SessionEstablished(started));
    return started;
  }

  /** Gives up the role if we have it, and takes part in nothing any more. */
  public CompletableFuture<Void> stop() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    put(new ControllerEvent.Resignation(stopped));
    return stopped;
  }

  /** Whether this broker is the controller, as far as it knows. */
  public boolean isActive() {
    return isActive;
  }

  /** The broker id of the controller, or {@link #NO_CONTROLLER}. */
  public int controllerId() {
    return controllerId;
  }

  /** The epoch in which we were elected last, 0 if never. */
  public int epoch() {
    return epoch;
  }

  /** The registered brokers; known to the controller only, empty elsewhere. */
  public List<BrokerInfo> liveBrokers() {
    return liveBrokers;
  }

  /** The epoch of a registered broker; empty if it is not, or this one is not the controller. */
  public OptionalLong brokerEpoch(int brokerId) {
    Long known = brokerEpochs.get(brokerId);
    return known == null ? OptionalLong.empty() : OptionalLong.of(known);
  }

  /**
   * Moves leaders away from a broker that is about to stop (ControlledShutdown).
   *
   * @return the partitions it still leads though other brokers have replicas; fails with {@link
   *     TopicException} (NOT_CONTROLLER, STALE_BROKER_EPOCH, BROKER_NOT_AVAILABLE)
   */
  public CompletableFuture<Set<TopicPartition>> controlledShutdown(int brokerId, long brokerEpoch) {
    CompletableFuture<Set<TopicPartition>> remaining = new CompletableFuture<>();
    put(new ControllerEvent.ControlledShutdownRequested(brokerId, brokerEpoch, remaining));
    return remaining;
  }

  /**
   * Changes ISRs as their leader asks for (AlterPartition, KIP-497).
   *
   * @param version in which the request came, 0 to 3: from 2 on topics go by id
   * @return the answer to be sent; what is refused is in its error codes, so it does not fail
   */
  public CompletableFuture<AlterPartitionResponse> alterPartition(
      AlterPartitionRequest request, short version) {
    CompletableFuture<AlterPartitionResponse> response = new CompletableFuture<>();
    put(new ControllerEvent.AlterPartitionRequested(request, version, response));
    return response.exceptionally(
        failure -> new AlterPartitionResponse().errorCode(StoreFailures.errorCode(failure).code()));
  }

  /**
   * Moves partitions to other replicas, or cancels that (AlterPartitionReassignments, KIP-455).
   *
   * @param targets the new replicas of each partition, the preferred leader first; empty cancels
   * @param mayChangeFactor whether a partition may get another number of replicas
   * @return complete when the brokers were told to begin; fails with {@link TopicException}
   *     (NOT_CONTROLLER)
   */
  public CompletableFuture<Map<TopicPartition, ReassignmentOutcome>> alterReassignments(
      Map<TopicPartition, Optional<List<Integer>>> targets, boolean mayChangeFactor) {
    CompletableFuture<Map<TopicPartition, ReassignmentOutcome>> outcomes =
        new CompletableFuture<>();
    put(new ControllerEvent.ReassignmentsRequested(targets, mayChangeFactor, outcomes));
    return outcomes;
  }

  /**
   * The partitions that are being moved to other replicas; fails with {@link TopicException}
   * (NOT_CONTROLLER).
   */
  public CompletableFuture<List<RunningReassignment>> runningReassignments() {
    CompletableFuture<List<RunningReassignment>> running = new CompletableFuture<>();
    put(new ControllerEvent.ReassignmentsAskedFor(running));
    return running;
  }

  /** How many partitions are being moved; 0 where this broker is not the controller. */
  public int reassigningPartitions() {
    return reassigningPartitions;
  }

  /**
   * Elects leaders of partitions that somebody names (ElectLeaders, KIP-183, KIP-460).
   *
   * @param partitions null for all
   * @return a result for each; fails with {@link TopicException} (NOT_CONTROLLER)
   */
  public CompletableFuture<Map<TopicPartition, LeaderElection>> electLeaders(
      LeaderElection.Type type, @Nullable Set<TopicPartition> partitions) {
    CompletableFuture<Map<TopicPartition, LeaderElection>> results = new CompletableFuture<>();
    put(new ControllerEvent.ElectionRequested(type, partitions, results));
    return results;
  }

  /**
   * {@code unclean.leader.election.enable} has become true: partitions that wait for a leader that
   * is in sync get another one.
   *
   * @param topic whose setting that is; null for the brokers' default
   */
  public void uncleanElectionEnabled(@Nullable String topic) {
    put(new ControllerEvent.UncleanElectionEnabled(topic));
  }

  // ---- events

  private void onSessionEvent(SessionEvent event) {
    switch (event) {
      case SessionEvent.Established e ->
          put(new ControllerEvent.SessionEstablished(new CompletableFuture<>()));
      case SessionEvent.Expired e -> put(new ControllerEvent.SessionExpired());
      case SessionEvent.Reconnected e -> {}
      case SessionEvent.Disconnected e -> {}
      case SessionEvent.ZnodeChange change -> {
        ControllerEvent translated = ZnodeEvents.of(config.brokerId(), change);
        if (translated != null) {
          put(translated);
        }
      }
    }
  }

  private void put(ControllerEvent event) {
    try {
      thread.execute(() -> {
        queue.add(joined(event));
        next();
      });
    } catch (RejectedExecutionException e) {
      cancel(event, stopped());
    }
  }

  /** The error that lets clients and brokers look for the next controller. */
  private static TopicException stopped() {
    return new TopicException(
        ErrorCode.NOT_CONTROLLER, "this broker is stopping: another one is the controller soon");
  }

  /** Many states change at once: they are one event as long as it waits. */
  private ControllerEvent joined(ControllerEvent event) {
    if (event instanceof ControllerEvent.PartitionStatesChanged now
        && queue.peekLast() instanceof ControllerEvent.PartitionStatesChanged waiting) {
      queue.removeLast();
      Set<TopicPartition> all = new LinkedHashSet<>(waiting.partitions());
      all.addAll(now.partitions());
      return new ControllerEvent.PartitionStatesChanged(all);
    }
    return event;
  }

  private void next() {
    if (isBusy) {
      return;
    }
    ControllerEvent event = queue.poll();
    if (event == null) {
      return;
    }
    isBusy = true;
    CompletableFuture<Void> processed;
    try {
      processed = process(event);
    } catch (RuntimeException | Error e) {
      processed = CompletableFuture.failedFuture(e);
    }
    processed.whenComplete((done, failure) ->
        thread.execute(() -> {
          finish(event, failure);
          isBusy = false;
          next();
        }));
  }

  private CompletableFuture<Void> process(ControllerEvent event) {
    if (isStopped) {
      cancel(event, stopped());
      return CompletableFuture.completedFuture(null);
    }
    return switch (event) {
      case ControllerEvent.SessionEstablished e -> register().thenCompose(done -> elect());
      case ControllerEvent.SessionExpired e -> {
        leaveOffice("its ZooKeeper session expired");
        controllerId = NO_CONTROLLER;
        yield CompletableFuture.completedFuture(null);
      }
      case ControllerEvent.ControllerNodeChanged e ->
          isPausing ? CompletableFuture.completedFuture(null) : elect();
      case ControllerEvent.Resignation e -> resign();
      case ControllerEvent.RegistrationRemoved e -> {
        log.warn(
            "the registration {} of this broker was removed while its ZooKeeper session lives, be"
                + " it by hand or by another broker with this id: registering again",
            ZnodePaths.broker(config.brokerId()));
        yield register().thenAccept(done -> {});
      }
      default -> {
        if (isActive) {
          yield duties.handle(event);
        }
        cancel(
            event,
            new TopicException(
                ErrorCode.NOT_CONTROLLER, "this broker is not the controller of the cluster"));
        yield CompletableFuture.completedFuture(null);
      }
    };
  }

  private void finish(ControllerEvent event, @Nullable Throwable wrapped) {
    if (isActive) {
      liveBrokers = duties.liveBrokers();
      brokerEpochs = duties.brokerEpochs();
      reassigningPartitions = duties.reassigningPartitions();
    }
    if (wrapped == null) {
      complete(event);
      return;
    }
    Throwable failure = Failures.cause(wrapped);
    cancel(event, failure);
    if (failure instanceof ControllerMovedException) {
      leaveOffice(failure.getMessage());
      put(new ControllerEvent.ControllerNodeChanged());
    } else if (isActive && Failures.code(failure) == KeeperException.Code.CONNECTIONLOSS) {
      // Given up though it had to be done: what we know may be wrong from now on, so read it again.
      log.error("{} could not be finished: all is read again", event, failure);
      leaveOffice("it takes office again");
      put(new ControllerEvent.ControllerNodeChanged());
    } else if (StoreFailures.isSessionOver(failure)) {
      log.info("{} was not finished, as the ZooKeeper session ended", event);
    } else if (failure instanceof BrokerIdInUseException) {
      log.error("Not registered: {}", failure.getMessage());
    } else if (failure instanceof TopicException) {
      log.info("{} was refused: {}", event, failure.getMessage());
    } else {
      log.error("the controller failed on {}", event, failure);
    }
  }

  private static void complete(ControllerEvent event) {
    if (event instanceof ControllerEvent.SessionEstablished e) {
      e.done().complete(null);
    } else if (event instanceof ControllerEvent.Resignation e) {
      e.done().complete(null);
    }
  }

  private static void cancel(ControllerEvent event, Throwable cause) {
    switch (event) {
      case ControllerEvent.SessionEstablished e -> e.done().completeExceptionally(cause);
      case ControllerEvent.Resignation e -> e.done().complete(null);
      case ControllerEvent.ControlledShutdownRequested e ->
          e.remaining().completeExceptionally(cause);
      case ControllerEvent.AlterPartitionRequested e -> e.response().completeExceptionally(cause);
      case ControllerEvent.ReassignmentsRequested e -> e.outcomes().completeExceptionally(cause);
      case ControllerEvent.ReassignmentsAskedFor e -> e.running().completeExceptionally(cause);
      case ControllerEvent.ElectionRequested e -> e.results().completeExceptionally(cause);
      default -> {}
    }
  }

  // ---- the role

  private CompletableFuture<?> register() {
    return duties
        .store()
        .onThread(registration.get())
        .thenCompose(done ->
            duties.store().exists(ZnodePaths.broker(config.brokerId()), true)); // tells of its end
  }

  private CompletableFuture<Void> elect() {
    return duties.store().onThread(election.run()).thenCompose(this::elected);
  }

  private CompletableFuture<Void> elected(ControllerElection.Result result) {
    controllerId = result.controllerId();
    return switch (result) {
      case ControllerElection.Result.Lost lost -> {
        leaveOffice("broker " + lost.controllerId() + " is the controller");
        yield CompletableFuture.completedFuture(null);
      }
      case ControllerElection.Result.Won won -> {
        if (isActive && epoch == won.epoch()) {
          yield CompletableFuture.completedFuture(null); // our own node, seen again
        }
        leaveOffice(ZnodePaths.CONTROLLER + " was removed, and made again by this broker");
        log.info("broker {} is the controller, epoch {}", config.brokerId(), won.epoch());
        epoch = won.epoch();
        isActive = true;
        yield duties
            .takeOffice(won.epoch(), won.znodeVersion())
            .exceptionallyCompose(failure -> failedToTakeOffice(won, failure));
      }
    };
  }

  /**
   * Lets another broker try, and tries again itself a little later. What {@code /controller} tells
   * meanwhile, of our own coming and going too, is no reason to be elected again at once: where no
   * broker can take over, that would never end.
   */
  private CompletableFuture<Void> failedToTakeOffice(
      ControllerElection.Result.Won won, Throwable failure) {
    leaveOffice("it could not take over: " + Failures.cause(failure).getMessage());
    controllerId = NO_CONTROLLER;
    isPausing = !(Failures.cause(failure) instanceof ControllerMovedException);
    thread.schedule(
        () -> {
          isPausing = false;
          put(new ControllerEvent.ControllerNodeChanged());
        },
        RETRY_ELECTION_MS);
    return duties
        .store()
        .onThread(election.resign(won.znodeVersion()))
        .handle((done, ignored) -> failure)
        .thenCompose(CompletableFuture::failedFuture);
  }

  private void leaveOffice(@Nullable String reason) {
    if (isActive) {
      log.info("broker {} is not the controller any more: {}", config.brokerId(), reason);
      isActive = false;
      liveBrokers = List.of();
      brokerEpochs = Map.of();
      reassigningPartitions = 0;
      duties.leaveOffice();
    }
  }

  private CompletableFuture<Void> resign() {
    isStopped = true;
    if (!isActive) {
      return CompletableFuture.completedFuture(null);
    }
    int znodeVersion = duties.context().epochZnodeVersion();
    leaveOffice("it stops");
    controllerId = NO_CONTROLLER;
    return duties.store().onThread(election.resign(znodeVersion));
  }
}
