package org.odradek.broker.replication;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.ReplicaFollowing.Target;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.broker.replication.FollowedPartition.Phase;
import org.odradek.broker.replication.LeaderEndpoint.Fetched;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.ReplicaState;
import org.odradek.storage.EpochEndOffset;

/**
 * Copies partitions from one leader: makes the calls to it, one at a time, and hands their answers
 * to {@link LeaderAnswers}.
 *
 * <pre>
 *  TRUNCATING --OffsetForLeaderEpoch--> FETCHING --OFFSET_OUT_OF_RANGE--> OUT_OF_RANGE
 *       ^  |                              ^  ^ |                              | ListOffsets, latest
 *       |  +--(asked again)               |  | +-- FENCED --> FAILED          v
 *       |                                 |  +------ leader's end below ---- cut
 *   added, below 2.7-IV1, or no epochs    +-- BEFORE_START <-- else
 * </pre>
 *
 * From 2.7-IV1 on, partitions begin in FETCHING, and the leader answers a fetch with where the logs
 * part (KIP-595). Errors of a partition pause that partition, errors of the way to the leader pause
 * all, for up to {@code replica.fetch.backoff.ms}.
 *
 * <p>A fetch may wait at the leader for long. What is added meanwhile must not wait with it: a new
 * leader acknowledges nothing before its followers fetch. So a second fetch of the session is sent
 * behind it, upon which our own leaders end the wait; Kafka's look at it once the first is
 * answered.
 *
 * <p>Thread-safety: confined to {@code owner}, which runs one task at a time; answers and timeouts
 * are handed to it. Tasks may wait for disks.
 */
final class ReplicaFetcher {
  /** How often log start offsets that retention moved here are told to the leader. */
  private static final long SWEEP_MS = 10_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final FetcherServices services;
  private final LeaderEndpoint endpoint;
  private final Executor owner;
  private final OffsetQuestions questions;
  private final LogCut cut;
  private final FollowedPartitions partitions;
  private final FollowerThrottle throttle;
  private final LeaderReachability leader;
  private final FollowerFetchSession session = new FollowerFetchSession();
  private final LeaderAnswers answers;

  /** Whether a question about offsets is under way. */
  private boolean asking;

  /** How many fetches are under way. */
  private int fetching;

  private boolean closed;
  private long sweptAtMs;
  private long wakeAtMs = NEVER;
  private WaitTimer.@Nullable Wait wake;

  /**
   * @param name for logs
   * @param owner runs the fetcher's tasks one at a time
   */
  ReplicaFetcher(String name, FetcherServices services, LeaderEndpoint endpoint, Executor owner) {
    this.services = services;
    this.endpoint = endpoint;
    this.owner = owner;
    this.questions = new OffsetQuestions(services.brokerId(), endpoint);
    this.partitions = new FollowedPartitions(services.settings().backoffMs());
    this.throttle = new FollowerThrottle(services.quota(), partitions);
    this.leader = new LeaderReachability(name, services.settings().backoffMs());
    this.cut = new LogCut(name, truncatesOnFetch());
    this.answers = new LeaderAnswers(name, partitions, session, throttle, cut);
    this.sweptAtMs = services.clockMs().getAsLong();
  }

  private boolean truncatesOnFetch() {
    return endpoint.fetchVersion() >= 12;
  }

  /** Follows these too; one that is followed in the same leader epoch already is left as it is. */
  void add(List<Target> targets) {
    for (Target target : targets) {
      FollowedPartition known = partitions.find(target.partition().topicPartition());
      if (known != null) {
        if (known.partition() == target.partition()
            && known.leaderEpoch() == target.leaderEpoch()
            && known.phase() != Phase.FAILED) {
          continue;
        }
        answers.drop(known);
      }
      partitions.add(
          new FollowedPartition(target.partition(), target.leaderEpoch(), truncatesOnFetch()));
    }
    leader.retryNow();
    if (fetching == 1 && !asking) {
      settle(services.clockMs().getAsLong());
      fetchBehind();
    }
    step();
  }

  /**
   * Does not follow these any more.
   *
   * @return those of them that were followed
   */
  List<FollowedPartition> remove(Collection<TopicPartition> names) {
    List<FollowedPartition> removed = new ArrayList<>();
    for (TopicPartition each : names) {
      FollowedPartition known = partitions.find(each);
      if (known != null) {
        answers.drop(known);
        removed.add(known);
      }
    }
    return removed;
  }

  /** Ends the way to the leader; what is under way has no effect any more. */
  void close() {
    closed = true;
    partitions.clear();
    if (wake != null) {
      wake.cancel();
    }
    endpoint.close();
  }

  /** Makes the next call to the leader, if none is under way and there is something to ask. */
  private void step() {
    if (asking || fetching > 0 || closed) {
      return;
    }
    long nowMs = services.clockMs().getAsLong();
    if (nowMs < leader.retryAtMs()) {
      wakeAt(leader.retryAtMs(), nowMs);
      return;
    }
    settle(nowMs);
    if (!askEpochEnds(nowMs) && !askOffsets(nowMs) && !fetch()) {
      // not without an end: a look at all of them now and then costs nothing
      long sweepMs = partitions.all().isEmpty() ? NEVER : sweptAtMs + SWEEP_MS;
      long dueMs = Math.min(partitions.nextDueMs(), throttle.nextDueMs(nowMs));
      wakeAt(Math.min(sweepMs, dueMs), nowMs);
    }
  }

  /** Ends delays that are over, and cuts what needs no answer for it. */
  private void settle(long nowMs) {
    for (FollowedPartition each : partitions.endDelays(nowMs)) {
      if (each.phase() == Phase.TRUNCATING && each.lastFetchedEpoch() < 0) {
        answers.guarded(each, nowMs, () -> cut.toHighWatermark(each));
      }
    }
    if (nowMs - sweptAtMs >= SWEEP_MS) {
      sweptAtMs = nowMs;
      partitions.allChanged();
    }
  }

  private void wakeAt(long timeMs, long nowMs) {
    if (timeMs == NEVER || (wake != null && wakeAtMs <= timeMs && wakeAtMs > nowMs)) {
      return;
    }
    if (wake != null) {
      wake.cancel();
    }
    wakeAtMs = timeMs;
    wake =
        services.timer().schedule(() -> owner.execute(this::onWake), Math.max(1, timeMs - nowMs));
  }

  private void onWake() {
    wake = null;
    step();
  }

  /** One call to the leader; its answer comes back to the owner. */
  private <T> void call(
      Supplier<CompletableFuture<T>> call, BiConsumer<@Nullable T, @Nullable Throwable> then) {
    CompletableFuture<T> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e); // the leader's address is not known, say
    }
    answer.whenComplete((result, failure) -> owner.execute(() -> then.accept(result, failure)));
  }

  // Questions about offsets

  private boolean askEpochEnds(long nowMs) {
    List<FollowedPartition> of = partitions.ready(Phase.TRUNCATING, nowMs);
    return ask(
        of,
        () -> questions.epochEnds(of),
        (each, answer) ->
            cut.atEpochEnd(each, new EpochEndOffset(answer.leaderEpoch(), answer.offset())));
  }

  private boolean askOffsets(long nowMs) {
    List<FollowedPartition> ends = partitions.ready(Phase.OUT_OF_RANGE, nowMs);
    List<FollowedPartition> starts = partitions.ready(Phase.BEFORE_START, nowMs);
    return ask(
            ends,
            () -> questions.logEnds(ends),
            (each, answer) -> {
              cut.atLeaderEnd(each, answer.offset());
              return LogCut.Outcome.DONE;
            })
        || ask(
            starts,
            () -> questions.logStarts(starts),
            (each, answer) -> cut.atLeaderStart(each, answer.offset()));
  }

  private boolean ask(
      List<FollowedPartition> of,
      Supplier<CompletableFuture<Map<FollowedPartition, OffsetQuestions.Answer>>> question,
      LeaderAnswers.CutByAnswer then) {
    if (of.isEmpty()) {
      return false;
    }
    asking = true;
    call(question, (given, failure) -> answered(given, failure, then));
    return true;
  }

  private void answered(
      @Nullable Map<FollowedPartition, OffsetQuestions.Answer> given,
      @Nullable Throwable failure,
      LeaderAnswers.CutByAnswer then) {
    asking = false;
    if (closed) {
      return;
    }
    long nowMs = services.clockMs().getAsLong();
    if (given == null) {
      leader.failed(failure, partitions.all().size(), nowMs);
    } else {
      leader.reached();
      answers.takeIn(given, then, nowMs);
    }
    step();
  }

  // Fetching

  private boolean fetch() {
    throttle.update();
    takeChanges();
    if (session.isEmpty()) {
      return false;
    }
    send(session.version(endpoint.fetchVersion()), 0);
    return true;
  }

  /** Tells a leader that holds a fetch of what has been added meanwhile. */
  private void fetchBehind() {
    short version = session.version(endpoint.fetchVersion());
    if (!session.isIncremental()) {
      return;
    }
    takeChanges();
    if (session.hasAdditions() && session.version(endpoint.fetchVersion()) == version) {
      send(version, 1);
    }
  }

  private void takeChanges() {
    int maxBytes = services.settings().partitionMaxBytes();
    for (FollowedPartition each : partitions.takeChanged()) {
      if (each.phase() == Phase.FETCHING && !each.isDelayed() && !throttle.keepsBack(each)) {
        Uuid topicId = each.partition().topicId();
        session.put(
            each.topicPartition(),
            new FollowerFetchSession.Position(
                topicId == null ? Uuid.ZERO : topicId,
                each.fetchOffset(),
                each.leaderEpoch(),
                truncatesOnFetch() ? each.lastFetchedEpoch() : -1,
                each.log().logStartOffset(),
                throttle.maxBytes(each, maxBytes)));
      } else {
        session.remove(each.topicPartition());
      }
    }
  }

  /**
   * A fetch under way.
   *
   * @param number its number in the session's life
   * @param generation of the session: if that has begun anew since, the answer is of no use
   */
  private record Sent(short version, int number, int generation) {}

  private void send(short version, int ahead) {
    FetcherSettings settings = services.settings();
    FetchRequest request =
        new FetchRequest()
            .maxWaitMs(settings.waitMaxMs())
            .minBytes(settings.minBytes())
            .maxBytes(settings.responseMaxBytes());
    if (version >= 15) {
      request.replicaState(
          new ReplicaState()
              .replicaId(services.brokerId())
              .replicaEpoch(services.brokerEpoch().getAsLong()));
    } else {
      request.replicaId(services.brokerId());
    }
    Sent sent = new Sent(version, session.fill(request, version, ahead), session.generation());
    fetching++;
    call(
        () -> endpoint.fetch(request, version),
        (fetched, failure) -> onFetched(fetched, failure, sent));
  }

  private void onFetched(@Nullable Fetched fetched, @Nullable Throwable failure, Sent sent) {
    fetching--;
    try {
      if (closed) {
        return;
      }
      long nowMs = services.clockMs().getAsLong();
      if (fetched == null) {
        session.failed();
        leader.failed(failure, partitions.all().size(), nowMs);
      } else if (sent.generation == session.generation()) {
        if (session.answered(fetched.response())) {
          leader.reached();
          answers.takeIn(fetched.response(), sent.version, sent.number, nowMs);
        } else {
          leader.refused(ErrorCode.forCode(fetched.response().errorCode()), nowMs);
        }
      }
    } catch (RuntimeException e) {
      session.failed();
      leader.failed(e, partitions.all().size(), services.clockMs().getAsLong());
    } finally {
      if (fetched != null) {
        fetched.release().run();
      }
    }
    step();
  }
}
