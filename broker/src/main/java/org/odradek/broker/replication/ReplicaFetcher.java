package org.odradek.broker.replication;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.FetchableTopicResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.odradek.protocol.record.CorruptRecordsException;
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
 * all, for {@code replica.fetch.backoff.ms}.
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
  private final FollowerFetchSession session = new FollowerFetchSession();
  private final Map<TopicPartition, FollowedPartition> partitions = new LinkedHashMap<>();

  /** Partitions that are delayed, or in another phase than FETCHING. */
  private final Set<FollowedPartition> unsettled = new LinkedHashSet<>();

  /** Partitions of which the session may not have the latest. */
  private final Set<FollowedPartition> changed = new LinkedHashSet<>();

  /** Partitions that are not fetched now, as the rate is exceeded. */
  private final Set<FollowedPartition> keptBack = new LinkedHashSet<>();

  /** How many partitions are throttled and not in sync. */
  private int slowedDown;

  private boolean busy;
  private boolean closed;
  private boolean failing;
  private long retryAtMs = Long.MIN_VALUE;
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
    this.sweptAtMs = services.clockMs().getAsLong();
  }

  private boolean truncatesOnFetch() {
    return endpoint.fetchVersion() >= 12;
  }

  /** Follows these too; one that is followed in the same leader epoch already is left as it is. */
  void add(List<Target> targets) {
    for (Target target : targets) {
      TopicPartition named = target.partition().topicPartition();
      FollowedPartition known = partitions.get(named);
      if (known != null
          && known.partition() == target.partition()
          && known.leaderEpoch() == target.leaderEpoch()
          && known.phase() != Phase.FAILED) {
        continue;
      }
      drop(known);
      FollowedPartition added =
          new FollowedPartition(target.partition(), target.leaderEpoch(), truncatesOnFetch());
      partitions.put(named, added);
      changed.add(added);
      if (added.phase() != Phase.FETCHING) {
        unsettled.add(added);
      }
    }
    retryAtMs = Long.MIN_VALUE; // whoever leads something new is most likely there
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
      FollowedPartition known = partitions.get(each);
      if (known != null) {
        drop(known);
        removed.add(known);
      }
    }
    return removed;
  }

  private void drop(@Nullable FollowedPartition followed) {
    if (followed != null) {
      partitions.remove(followed.topicPartition(), followed);
      unsettled.remove(followed);
      changed.remove(followed);
      keptBack.remove(followed);
      session.remove(followed.topicPartition());
    }
  }

  boolean isEmpty() {
    return partitions.isEmpty();
  }

  Collection<FollowedPartition> partitions() {
    return partitions.values();
  }

  /** Ends the way to the leader; what is under way has no effect any more. */
  void close() {
    closed = true;
    partitions.clear();
    unsettled.clear();
    changed.clear();
    keptBack.clear();
    if (wake != null) {
      wake.cancel();
    }
    endpoint.close();
  }

  /** Makes the next call to the leader, if none is under way and there is something to ask. */
  private void step() {
    if (busy || closed) {
      return;
    }
    long nowMs = services.clockMs().getAsLong();
    if (nowMs < retryAtMs) {
      wakeAt(retryAtMs, nowMs);
      return;
    }
    settle(nowMs);
    if (!askEpochEnds(nowMs) && !askOffsets(nowMs) && !fetch(nowMs)) {
      wakeAt(nextDueMs(nowMs), nowMs);
    }
  }

  /** Ends delays that are over, and cuts what needs no answer for it. */
  private void settle(long nowMs) {
    for (FollowedPartition each : List.copyOf(unsettled)) {
      if (each.isDelayed(nowMs)) {
        continue;
      }
      each.endDelay();
      changed.add(each);
      if (each.phase() == Phase.TRUNCATING && each.lastFetchedEpoch() < 0) {
        // Nothing is known of epochs, so that only the high watermark is left to go by (KIP-101).
        guarded(
            each,
            nowMs,
            () -> {
              each.partition().truncateTo(each.log().highWatermark(), each.leaderEpoch());
              each.fetchFromLogEnd();
            });
      }
      if (each.phase() == Phase.FETCHING && !each.isDelayed()) {
        unsettled.remove(each);
      }
    }
    if (nowMs - sweptAtMs >= SWEEP_MS) {
      sweptAtMs = nowMs;
      changed.addAll(partitions.values());
    }
  }

  private long nextDueMs(long nowMs) {
    long due = NEVER;
    for (FollowedPartition each : unsettled) {
      if (each.isDelayed()) {
        due = Math.min(due, each.delayedUntilMs());
      }
    }
    if (!keptBack.isEmpty()) {
      due = Math.min(due, nowMs + Math.max(1, services.quota().pauseMs()));
    }
    return due;
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

  // Questions about offsets

  private List<FollowedPartition> ready(Phase phase, long nowMs) {
    List<FollowedPartition> ready = new ArrayList<>();
    for (FollowedPartition each : unsettled) {
      if (each.phase() == phase && !each.isDelayed(nowMs)) {
        ready.add(each);
      }
    }
    return ready;
  }

  private boolean askEpochEnds(long nowMs) {
    List<FollowedPartition> asking = ready(Phase.TRUNCATING, nowMs);
    if (asking.isEmpty()) {
      return false;
    }
    ask(
        () -> questions.epochEnds(asking),
        (each, answer, now) ->
            onEpochEnd(each, new EpochEndOffset(answer.leaderEpoch(), answer.offset()), now));
    return true;
  }

  private boolean askOffsets(long nowMs) {
    List<FollowedPartition> ends = ready(Phase.OUT_OF_RANGE, nowMs);
    if (!ends.isEmpty()) {
      ask(() -> questions.logEnds(ends), (each, answer, now) -> onLeaderEnd(each, answer.offset()));
      return true;
    }
    List<FollowedPartition> starts = ready(Phase.BEFORE_START, nowMs);
    if (starts.isEmpty()) {
      return false;
    }
    ask(
        () -> questions.logStarts(starts),
        (each, answer, now) -> onLeaderStart(each, answer.offset(), now));
    return true;
  }

  @FunctionalInterface
  private interface OnAnswer {
    void accept(FollowedPartition followed, OffsetQuestions.Answer answer, long nowMs);
  }

  private void ask(
      Supplier<CompletableFuture<Map<FollowedPartition, OffsetQuestions.Answer>>> question,
      OnAnswer then) {
    call(question, (answers, failure) -> answered(answers, failure, then));
  }

  /** One call to the leader; its answer comes back to the owner. */
  private <T> void call(
      Supplier<CompletableFuture<T>> call, BiConsumer<@Nullable T, @Nullable Throwable> then) {
    busy = true;
    CompletableFuture<T> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e); // the leader's address is not known, say
    }
    answer.whenComplete((result, failure) -> owner.execute(() -> then.accept(result, failure)));
  }

  private void answered(
      @Nullable Map<FollowedPartition, OffsetQuestions.Answer> answers,
      @Nullable Throwable failure,
      OnAnswer then) {
    busy = false;
    if (closed) {
      return;
    }
    long nowMs = services.clockMs().getAsLong();
    if (answers == null) {
      leaderFailed(failure, nowMs);
    } else {
      reachedLeader();
      Errors errors = new Errors();
      answers.forEach((each, answer) -> {
        if (partitions.get(each.topicPartition()) != each) {
          return; // removed, or followed in another epoch by now
        }
        if (answer.error() == ErrorCode.NONE) {
          guarded(each, nowMs, () -> then.accept(each, answer, nowMs));
        } else {
          onError(each, answer.error(), nowMs, errors);
        }
      });
      errors.log();
    }
    step();
  }

  /** The leader has told where an epoch ends: by itself below 2.7-IV1, else as logs part. */
  private void onEpochEnd(FollowedPartition followed, EpochEndOffset leaders, long nowMs) {
    PartitionLog log = followed.log();
    long unknown =
        followed.phase() == Phase.TRUNCATING ? followed.fetchOffset() : log.highWatermark();
    TruncationPoint point = TruncationPoint.of(log, leaders, unknown);
    long endBefore = log.logEndOffset();
    int epochBefore = log.latestLeaderEpoch().orElse(-1);
    if (point.offset() < log.highWatermark()) {
      logger.warn(
          "{}: {} is cut at offset {}, below its high watermark {}; the leader was not in sync when"
              + " it was elected",
          name,
          followed.topicPartition(),
          point.offset(),
          log.highWatermark());
    }
    long end = followed.partition().truncateTo(point.offset(), followed.leaderEpoch());
    if (end < endBefore) {
      logger.info(
          "{}: {} is cut from offset {} to {}; the leader's epoch {} ends at {}",
          name,
          followed.topicPartition(),
          endBefore,
          end,
          leaders.leaderEpoch(),
          leaders.endOffset());
    }
    if (point.complete() || truncatesOnFetch()) {
      followed.fetchFromLogEnd();
      unsettled.remove(followed);
    } else {
      followed.truncateFurther();
    }
    changed.add(followed);
    boolean stands = end == endBefore && log.latestLeaderEpoch().orElse(-1) == epochBefore;
    if (stands && !(point.complete() && !truncatesOnFetch())) {
      logger.warn(
          "{}: {} cannot be cut to agree with its leader; tried again later", name, followed);
      delay(followed, nowMs);
    }
  }

  private void onLeaderEnd(FollowedPartition followed, long leaderEnd) {
    PartitionLog log = followed.log();
    if (leaderEnd >= log.logEndOffset()) {
      followed.phase(Phase.BEFORE_START);
      return;
    }
    logger.warn(
        "{}: {} is cut from offset {} to {}, where its leader's log ends",
        name,
        followed.topicPartition(),
        log.logEndOffset(),
        leaderEnd);
    followed.partition().truncateTo(leaderEnd, followed.leaderEpoch());
    fetchAgain(followed);
  }

  private void onLeaderStart(FollowedPartition followed, long leaderStart, long nowMs) {
    PartitionLog log = followed.log();
    if (leaderStart > log.logEndOffset()) {
      logger.warn(
          "{}: {} is emptied and begins at offset {}, where its leader's log does; it ended at {}",
          name,
          followed.topicPartition(),
          leaderStart,
          log.logEndOffset());
      followed.partition().truncateFullyAndStartAt(leaderStart, followed.leaderEpoch());
      fetchAgain(followed);
      return;
    }
    fetchAgain(followed);
    delay(followed, nowMs); // the range holds our end: whatever was wrong, it is not that
  }

  private void fetchAgain(FollowedPartition followed) {
    followed.fetchFromLogEnd();
    unsettled.remove(followed);
    changed.add(followed);
  }

  // Fetching

  private boolean fetch(long nowMs) {
    throttle();
    for (FollowedPartition each : changed) {
      if (each.phase() == Phase.FETCHING && !each.isDelayed() && !keptBack.contains(each)) {
        Uuid topicId = each.partition().topicId();
        session.put(
            each.topicPartition(),
            new FollowerFetchSession.Position(
                topicId == null ? Uuid.ZERO : topicId,
                each.fetchOffset(),
                each.leaderEpoch(),
                truncatesOnFetch() ? each.lastFetchedEpoch() : -1,
                each.log().logStartOffset(),
                maxBytes(each)));
      } else {
        session.remove(each.topicPartition());
      }
    }
    changed.clear();
    if (session.isEmpty()) {
      return false;
    }
    FetcherSettings settings = services.settings();
    short version = session.version(endpoint.fetchVersion());
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
    session.fill(request, version);
    call(
        () -> endpoint.fetch(request, version),
        (fetched, failure) -> onFetched(fetched, failure, version));
    return true;
  }

  private boolean isSlowedDown(FollowedPartition followed) {
    return !followed.inSync() && services.quota().isThrottled(followed.topicPartition());
  }

  /** What a throttled partition asks for is no more than its share of what may come in now. */
  private int maxBytes(FollowedPartition followed) {
    int wanted = services.settings().partitionMaxBytes();
    if (!services.quota().isLimited() || !isSlowedDown(followed)) {
      return wanted;
    }
    return (int) Math.clamp(services.quota().room() / Math.max(1, slowedDown), 1, wanted);
  }

  /** Keeps throttled partitions back while the rate is exceeded, unless they are in sync. */
  private void throttle() {
    if (!services.quota().isLimited() && keptBack.isEmpty()) {
      return;
    }
    changed.addAll(keptBack);
    keptBack.clear();
    slowedDown = 0;
    boolean exceeded = services.quota().room() == 0;
    for (FollowedPartition each : partitions.values()) {
      if (isSlowedDown(each)) {
        slowedDown++;
        if (exceeded) {
          keptBack.add(each);
          changed.add(each);
        }
      }
    }
  }

  private void onFetched(@Nullable Fetched fetched, @Nullable Throwable failure, short version) {
    busy = false;
    try {
      if (closed) {
        return;
      }
      long nowMs = services.clockMs().getAsLong();
      if (fetched == null) {
        session.failed();
        leaderFailed(failure, nowMs);
      } else if (session.answered(fetched.response())) {
        reachedLeader();
        takeIn(fetched.response(), version, nowMs);
      } else {
        sessionRefused(fetched.response(), nowMs);
      }
    } catch (RuntimeException e) {
      session.failed();
      leaderFailed(e, services.clockMs().getAsLong());
    } finally {
      if (fetched != null) {
        fetched.release().run();
      }
    }
    step();
  }

  private void sessionRefused(FetchResponse response, long nowMs) {
    ErrorCode code = ErrorCode.forCode(response.errorCode());
    logger.info("{}: the leader answers {}, the fetch session begins anew", name, code);
    boolean ofSession =
        code == ErrorCode.FETCH_SESSION_ID_NOT_FOUND
            || code == ErrorCode.INVALID_FETCH_SESSION_EPOCH
            || code == ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
    if (failing || !ofSession) {
      retryAtMs = nowMs + services.settings().backoffMs();
    }
    failing = true;
  }

  private void takeIn(FetchResponse response, short version, long nowMs) {
    Errors errors = new Errors();
    for (FetchableTopicResponse topic : response.responses()) {
      String topicName = session.topicName(topic.topic(), topic.topicId(), version);
      if (topicName == null) {
        continue; // not asked for any more
      }
      for (PartitionData data : topic.partitions()) {
        FollowedPartition followed =
            partitions.get(new TopicPartition(topicName, data.partitionIndex()));
        if (followed == null) {
          continue;
        }
        if (answers(followed)) {
          guarded(followed, nowMs, () -> takeIn(followed, data, nowMs, errors));
        } else {
          // The leader believes that its watermark has been heard, and would not tell it again.
          session.failed();
        }
      }
    }
    errors.log();
  }

  /** Whether what was asked for is what this replica still wants. */
  private boolean answers(FollowedPartition followed) {
    FollowerFetchSession.Position asked = session.position(followed.topicPartition());
    return asked != null
        && followed.phase() == Phase.FETCHING
        && !followed.isDelayed()
        && asked.leaderEpoch() == followed.leaderEpoch()
        && asked.fetchOffset() == followed.fetchOffset();
  }

  private void takeIn(FollowedPartition followed, PartitionData data, long nowMs, Errors errors) {
    ErrorCode code = ErrorCode.forCode(data.errorCode());
    if (code != ErrorCode.NONE) {
      onError(followed, code, nowMs, errors);
      return;
    }
    if (data.divergingEpoch().epoch() >= 0) {
      session.failed(); // to be told the watermark again, once the logs agree
      onEpochEnd(
          followed,
          new EpochEndOffset(data.divergingEpoch().epoch(), data.divergingEpoch().endOffset()),
          nowMs);
      return;
    }
    PartitionLog log = followed.log();
    if (log.logEndOffset() != followed.fetchOffset()) {
      logger.warn("{}: {} ends at {} unexpectedly", name, followed, log.logEndOffset());
      followed.fetchFromLogEnd();
      changed.add(followed);
      return;
    }
    ByteBuffer records = FollowerAppend.bytes(data.records());
    if (records != null) {
      int size = records.remaining();
      if (FollowerAppend.append(followed, records)) {
        followed.fetchFromLogEnd();
        session.moveToEnd(followed.topicPartition());
      } else {
        delay(followed, nowMs); // no whole batch, or none of this epoch
      }
      changed.add(followed);
      if (services.quota().isThrottled(followed.topicPartition())) {
        services.quota().record(size);
      }
    }
    followed.inSync(data.highWatermark() <= followed.fetchOffset());
    followed
        .partition()
        .followLeader(data.highWatermark(), data.logStartOffset(), followed.leaderEpoch());
    if (log.logEndOffset() != followed.fetchOffset()) {
      fetchAgain(followed); // the leader's log begins beyond our end
    }
  }

  // Errors

  private void onError(FollowedPartition followed, ErrorCode code, long nowMs, Errors errors) {
    changed.add(followed);
    switch (code) {
      case OFFSET_OUT_OF_RANGE -> {
        followed.phase(Phase.OUT_OF_RANGE);
        unsettled.add(followed);
      }
      case FENCED_LEADER_EPOCH -> {
        // The controller will tell of the newer epoch.
        followed.phase(Phase.FAILED);
        unsettled.remove(followed);
        errors.add(code, followed);
      }
      default -> {
        delay(followed, nowMs);
        errors.add(code, followed);
      }
    }
  }

  /** Runs what may be refused by the log; a refusal costs this partition, not the others. */
  private void guarded(FollowedPartition followed, long nowMs, Runnable work) {
    try {
      work.run();
    } catch (LogException e) {
      changed.add(followed);
      if (e.errorCode() == ErrorCode.FENCED_LEADER_EPOCH) {
        logger.debug("{}: {} is followed no more: {}", name, followed, e.getMessage());
        drop(followed);
      } else {
        logger.error("{}: {} cannot take in what it fetched", name, followed, e);
        delay(followed, nowMs);
      }
    } catch (CorruptRecordsException e) {
      logger.error(
          "{}: the leader's answer about {} is damaged, fetched again: {}",
          name,
          followed,
          e.getMessage());
      delay(followed, nowMs);
    } catch (RuntimeException e) {
      logger.error("{}: {} met a defect", name, followed, e);
      delay(followed, nowMs);
    }
  }

  private void delay(FollowedPartition followed, long nowMs) {
    followed.delayUntil(nowMs + services.settings().backoffMs());
    unsettled.add(followed);
    changed.add(followed);
  }

  private void leaderFailed(@Nullable Throwable failure, long nowMs) {
    retryAtMs = nowMs + services.settings().backoffMs();
    if (!failing) {
      failing = true;
      logger.warn(
          "{}: {} partitions cannot be fetched, tried again every {} ms: {}",
          name,
          partitions.size(),
          services.settings().backoffMs(),
          failure == null ? "no answer" : String.valueOf(failure.getMessage()));
      logger.debug("{}: the failure in full", name, failure);
    }
  }

  private void reachedLeader() {
    if (failing) {
      failing = false;
      logger.info("{}: fetching again", name);
    }
  }

  /** The errors of one answer, told together: there may be thousands alike. */
  private final class Errors {
    private static final int NAMED = 5;
    private final Map<ErrorCode, List<TopicPartition>> byCode = new EnumMap<>(ErrorCode.class);

    void add(ErrorCode code, FollowedPartition followed) {
      byCode.computeIfAbsent(code, first -> new ArrayList<>()).add(followed.topicPartition());
    }

    void log() {
      byCode.forEach((code, of) -> {
        boolean passing =
            code == ErrorCode.NOT_LEADER_OR_FOLLOWER || code == ErrorCode.UNKNOWN_LEADER_EPOCH;
        logger
            .atLevel(passing ? org.slf4j.event.Level.INFO : org.slf4j.event.Level.WARN)
            .log(
                "{}: the leader answers {} for {} partitions: {}{}",
                name,
                code,
                of.size(),
                of.subList(0, Math.min(NAMED, of.size())),
                of.size() > NAMED ? " and others" : "");
      });
    }
  }
}
