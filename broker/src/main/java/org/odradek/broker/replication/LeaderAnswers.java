package org.odradek.broker.replication;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.replication.FollowedPartition.Phase;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
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
 * What a leader's answers do to the partitions that follow it: records are appended, logs are cut,
 * and errors become other phases, or pauses. What goes wrong with one partition does not keep the
 * others back.
 *
 * <p>Thread-safety: confined to the fetcher. May wait for disks.
 */
final class LeaderAnswers {
  private static final Logger logger = LoggerFactory.getLogger(LeaderAnswers.class);

  /** What an answer about offsets does to one partition's log. */
  @FunctionalInterface
  interface CutByAnswer {
    LogCut.Outcome apply(FollowedPartition followed, OffsetQuestions.Answer answer);
  }

  private final String name;
  private final FollowedPartitions partitions;
  private final FollowerFetchSession session;
  private final FollowerThrottle throttle;
  private final LogCut cut;

  /** Forces of what the answer at hand brought, where they have to be waited for. */
  private final Map<FollowedPartition, CompletableFuture<@Nullable Void>> flushes =
      new LinkedHashMap<>();

  /**
   * @param name of the fetcher
   */
  LeaderAnswers(
      String name,
      FollowedPartitions partitions,
      FollowerFetchSession session,
      FollowerThrottle throttle,
      LogCut cut) {
    this.name = name;
    this.partitions = partitions;
    this.session = session;
    this.throttle = throttle;
    this.cut = cut;
  }

  /** Does not follow it any more: what is answered for it has no effect. */
  void drop(FollowedPartition followed) {
    partitions.drop(followed);
    throttle.drop(followed);
    session.remove(followed.topicPartition());
  }

  // Questions about offsets

  void takeIn(
      Map<FollowedPartition, OffsetQuestions.Answer> answers, CutByAnswer then, long nowMs) {
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

  private void afterCut(FollowedPartition followed, LogCut.Outcome outcome, long nowMs) {
    if (outcome == LogCut.Outcome.STUCK) {
      partitions.delay(followed, nowMs);
    } else {
      partitions.changed(followed);
    }
  }

  // Fetches

  /**
   * What came of a fetch.
   *
   * @param version of the fetch
   * @param number of the fetch, in the session's life
   */
  void takeIn(FetchResponse response, short version, int number, long nowMs) {
    FetchErrors errors = new FetchErrors(name);
    for (FetchableTopicResponse topic : response.responses()) {
      String topicName = session.topicName(topic.topic(), topic.topicId(), version);
      if (topicName == null) {
        continue; // not asked for any more
      }
      for (PartitionData data : topic.partitions()) {
        FollowedPartition followed =
            partitions.find(new TopicPartition(topicName, data.partitionIndex()));
        if (followed == null) {
          continue;
        }
        if (answers(followed, number)) {
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
  private boolean answers(FollowedPartition followed, int number) {
    FollowerFetchSession.Position asked = session.position(followed.topicPartition(), number);
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
        .asFollower()
        .takeOver(data.highWatermark(), data.logStartOffset(), followed.leaderEpoch());
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

  // What goes wrong

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
  void guarded(FollowedPartition followed, long nowMs, Runnable work) {
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
