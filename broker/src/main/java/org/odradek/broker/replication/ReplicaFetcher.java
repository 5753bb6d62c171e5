package org.odradek.broker.replication;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
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
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.FetchableTopicResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.storage.AppendResult;
import org.odradek.storage.EpochEndOffset;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies partitions from one leader. One call to the leader is under way at a time:
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
  private static final Logger logger = LoggerFactory.getLogger(ReplicaFetcher.class);

  /** How often log start offsets that retention moved here are told to the leader. */
  private static final long SWEEP_MS = 10_000;

  private static final long NEVER = Long.MAX_VALUE;

  private final String name;
  private final FetcherServices services;
  private final LeaderEndpoint endpoint;
  private final Executor owner;
  private final OffsetQuestions questions;
  private final LogCut cut;
  private final FollowedPartitions partitions;
  private final FollowerThrottle throttle;
  private final LeaderReachability leader;
  private final FollowerFetchSession session = new FollowerFetchSession();

  /** Forces of what the answer at hand brought, where they have to be waited for. */
  private final Map<FollowedPartition, CompletableFuture<@Nullable Void>> flushes =
      new LinkedHashMap<>();

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
    this.name = name;
    this.services = services;
    this.endpoint = endpoint;
    this.owner = owner;
    this.questions = new OffsetQuestions(services.brokerId(), endpoint);
    this.cut = new LogCut(name, truncatesOnFetch());
    this.partitions = new FollowedPartitions(services.settings().backoffMs());
    this.throttle = new FollowerThrottle(services.quota(), partitions);
    this.leader = new LeaderReachability(name, services.settings().backoffMs());
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
        drop(known);
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
        drop(known);
        removed.add(known);
      }
    }
    return removed;
  }

  private void drop(FollowedPartition followed) {
    partitions.drop(followed);
    throttle.drop(followed);
    session.remove(followed.topicPartition());
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
        guarded(each, nowMs, () -> cut.toHighWatermark(each));
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

  @FunctionalInterface
  private interface OnAnswer {
    LogCut.Outcome apply(FollowedPartition followed, OffsetQuestions.Answer answer);
  }

  private boolean ask(
      List<FollowedPartition> of,
      Supplier<CompletableFuture<Map<FollowedPartition, OffsetQuestions.Answer>>> question,
      OnAnswer then) {
    if (of.isEmpty()) {
      return false;
    }
    asking = true;
    call(question, (answers, failure) -> answered(answers, failure, then));
    return true;
  }

  private void answered(
      @Nullable Map<FollowedPartition, OffsetQuestions.Answer> answers,
      @Nullable Throwable failure,
      OnAnswer then) {
    asking = false;
    if (closed) {
      return;
    }
    long nowMs = services.clockMs().getAsLong();
    if (answers == null) {
      leader.failed(failure, partitions.all().size(), nowMs);
    } else {
      leader.reached();
      FetchErrors errors = new FetchErrors(name);
      answers.forEach((each, answer) -> {
        if (!partitions.holds(each)) {
          return; // removed, or followed in another epoch by now
        }
        if (answer.error() == ErrorCode.NONE) {
          guarded(each, nowMs, () -> afterCut(each, then.apply(each, answer), nowMs));
        } else {
          onError(each, answer.error(), nowMs, errors);
        }
      });
      errors.log();
    }
    step();
  }

  private void afterCut(FollowedPartition followed, LogCut.Outcome outcome, long nowMs) {
    if (outcome == LogCut.Outcome.STUCK) {
      partitions.delay(followed, nowMs);
    } else {
      partitions.changed(followed);
    }
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
          takeIn(fetched.response(), sent, nowMs);
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

  private void takeIn(FetchResponse response, Sent sent, long nowMs) {
    FetchErrors errors = new FetchErrors(name);
    for (FetchableTopicResponse topic : response.responses()) {
      String topicName = session.topicName(topic.topic(), topic.topicId(), sent.version);
      if (topicName == null) {
        continue; // not asked for any more
      }
      for (PartitionData data : topic.partitions()) {
        FollowedPartition followed =
            partitions.find(new TopicPartition(topicName, data.partitionIndex()));
        if (followed == null) {
          continue;
        }
        if (answers(followed, sent)) {
          guarded(followed, nowMs, () -> takeIn(followed, data, nowMs, errors));
        } else {
          // The leader believes that its watermark has been heard, and would not tell it again.
          session.failed();
        }
      }
    }
    errors.log();
    awaitFlushes(nowMs);
  }

  /**
   * The next fetch tells the leader that all before its offset is here. Where {@code
   * flush.messages} wants records forced before they count, it has to wait for that.
   */
  private void awaitFlushes(long nowMs) {
    flushes.forEach((followed, flush) ->
        guarded(
            followed,
            nowMs,
            () -> {
              try {
                flush.join();
              } catch (CompletionException e) {
                throw e.getCause() instanceof LogException cause ? cause : e;
              }
            }));
    flushes.clear();
  }

  /** Whether what was asked for is what this replica still wants. */
  private boolean answers(FollowedPartition followed, Sent sent) {
    FollowerFetchSession.Position asked = session.position(followed.topicPartition(), sent.number);
    return asked != null
        && followed.phase() == Phase.FETCHING
        && !followed.isDelayed()
        && asked.leaderEpoch() == followed.leaderEpoch()
        && asked.fetchOffset() == followed.fetchOffset();
  }

  private void takeIn(
      FollowedPartition followed, PartitionData data, long nowMs, FetchErrors errors) {
    ErrorCode code = ErrorCode.forCode(data.errorCode());
    if (code != ErrorCode.NONE) {
      onError(followed, code, nowMs, errors);
      return;
    }
    if (data.divergingEpoch().epoch() >= 0) {
      session.failed(); // to be told the watermark again, once the logs agree
      EpochEndOffset leaders =
          new EpochEndOffset(data.divergingEpoch().epoch(), data.divergingEpoch().endOffset());
      afterCut(followed, cut.atEpochEnd(followed, leaders), nowMs);
      return;
    }
    PartitionLog log = followed.log();
    if (log.logEndOffset() != followed.fetchOffset()) {
      logger.warn("{}: {} ends at {} unexpectedly", name, followed, log.logEndOffset());
      followed.fetchFromLogEnd();
      partitions.changed(followed);
      return;
    }
    followed.answered();
    ByteBuffer records = FollowerAppend.bytes(data.records());
    if (records != null) {
      append(followed, records, nowMs);
    }
    followed.inSync(data.highWatermark() <= followed.fetchOffset());
    followed
        .partition()
        .followLeader(data.highWatermark(), data.logStartOffset(), followed.leaderEpoch());
    if (log.logEndOffset() != followed.fetchOffset()) {
      followed.fetchFromLogEnd(); // the leader's log begins beyond our end
      partitions.changed(followed);
    }
  }

  private void append(FollowedPartition followed, ByteBuffer records, long nowMs) {
    int size = records.remaining();
    AppendResult appended = FollowerAppend.append(followed, records);
    if (appended != null) {
      if (appended.mustFlush()) {
        flushes.put(followed, followed.log().flush(appended.lastOffset() + 1));
      }
      followed.fetchFromLogEnd();
      partitions.changed(followed);
      session.moveToEnd(followed.topicPartition());
    } else if (followed.log().logEndOffset() < followed.fetchOffset()) {
      followed.fetchFromLogEnd(); // it had other records than the leader
      partitions.changed(followed);
    } else {
      partitions.delay(followed, nowMs); // no whole batch, or none of this epoch
    }
    throttle.record(followed, size);
  }

  // Errors

  private void onError(FollowedPartition followed, ErrorCode code, long nowMs, FetchErrors errors) {
    switch (code) {
      case OFFSET_OUT_OF_RANGE -> {
        followed.phase(Phase.OUT_OF_RANGE);
        partitions.changed(followed);
      }
      case FENCED_LEADER_EPOCH -> {
        // The controller will tell of the newer epoch.
        followed.phase(Phase.FAILED);
        partitions.changed(followed);
        errors.add(code, followed.topicPartition());
      }
      default -> {
        partitions.delay(followed, nowMs);
        errors.add(code, followed.topicPartition());
      }
    }
  }

  /** Runs what may be refused by the log; a refusal costs this partition, not the others. */
  private void guarded(FollowedPartition followed, long nowMs, Runnable work) {
    try {
      work.run();
      if (partitions.holds(followed)) {
        partitions.changed(followed);
      }
    } catch (LogException e) {
      if (e.errorCode() == ErrorCode.FENCED_LEADER_EPOCH) {
        logger.debug("{}: {} is followed no more: {}", name, followed, e.getMessage());
        drop(followed);
      } else {
        refused(followed, "cannot take in what it fetched", e, nowMs);
      }
    } catch (CorruptRecordsException e) {
      refused(followed, "was answered with damaged records, fetched again", e, nowMs);
    } catch (RuntimeException e) {
      refused(followed, "met a defect", e, nowMs);
    }
  }

  /** It is tried again and again, so that the same is told once. */
  private void refused(FollowedPartition followed, String what, RuntimeException why, long nowMs) {
    if (followed.isNewRefusal(why)) {
      logger.error("{}: {} {}", name, followed, what, why);
    } else {
      logger.debug("{}: {} {}, again: {}", name, followed, what, why.getMessage());
    }
    partitions.delay(followed, nowMs);
  }
}
