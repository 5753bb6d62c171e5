package org.odradek.broker.fetch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.metadata.TopicMetadata;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.PartitionLookup;
import org.odradek.broker.partition.PartitionState;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.compression.DecompressionLimitException;
import org.odradek.protocol.message.FetchResponse.AbortedTransaction;
import org.odradek.protocol.message.FetchResponse.EpochEndOffset;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.protocol.record.DownConversion;
import org.odradek.protocol.record.RecordBatchDescriptor;
import org.odradek.storage.FileRecords;
import org.odradek.storage.LogException;
import org.odradek.storage.LogPosition;
import org.odradek.storage.LogRead;
import org.odradek.storage.ReadIsolation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what one fetch asks for, partition after partition, within its byte limits. The payloads of
 * a {@link Results} are released by whoever sends them, or by {@link Results#release}.
 */
final class FetchReads {
  private static final Logger logger = LoggerFactory.getLogger(FetchReads.class);
  private static final RecordsPayload NOTHING = new BufferRecords(ByteBuffer.allocate(0));
  private static final short FIRST_VERSION_WITH_ZSTD = 10;

  /** Partitions whose files are looked for in the page cache before a reader is asked. */
  private static final int LOOKS_MAX = 16;

  private static final int MAX_DECOMPRESSED_BYTES = 100 * 1024 * 1024;

  private final Partitions partitions;
  private final MetadataSnapshot metadata;
  private final PartitionLookup lookup;
  private final FetchLimits limits;
  private final FetchRights rights;
  private final ReplicationQuota quota;
  private final PreferredReplicas preferred;

  /**
   * @param listenerName by which the client came in
   */
  FetchReads(FetchServices services, FetchLimits limits, FetchRights rights, String listenerName) {
    this.partitions = services.partitions();
    this.metadata = services.metadata().current();
    this.lookup = new PartitionLookup(partitions, metadata);
    this.limits = limits;
    this.rights = rights;
    this.quota = services.leaderQuota();
    this.preferred =
        new PreferredReplicas(services.selector(), metadata, listenerName, limits.rack());
  }

  /**
   * The answer for one partition.
   *
   * @param keptBack whether the follower gets nothing for now, though there may be something
   */
  record Result(
      FetchTarget target,
      @Nullable TopicPartition topicPartition,
      @Nullable Partition partition,
      PartitionData data,
      @Nullable LogPosition start,
      boolean keptBack) {

    static Result failed(
        FetchTarget target,
        @Nullable TopicPartition topicPartition,
        @Nullable Partition partition,
        PartitionData data) {
      return new Result(target, topicPartition, partition, data, null, false);
    }

    int sizeInBytes() {
      RecordsPayload records = data.records();
      return records == null ? 0 : records.sizeInBytes();
    }
  }

  /** The answers for all partitions, in the order of the targets. */
  record Results(List<Result> results, long sizeInBytes, boolean urgent) {

    void release() {
      for (Result result : results) {
        if (result.data.records() instanceof FileRecords file) {
          file.release();
        }
      }
    }
  }

  /**
   * Whether reading would, most likely, not touch anything but memory, and so may be done on an
   * event loop.
   */
  boolean allResident(List<FetchTarget> targets) {
    if (limits.magic() < RecordBatchDescriptor.MAGIC_V2) {
      return false; // conversion takes its time
    }
    int looks = 0;
    int left = limits.maxBytes(); // bounds the looks too, whatever a client asks for
    for (FetchTarget target : targets) {
      Partition partition = target.checkedPartition();
      if (partition == null) {
        TopicPartition topicPartition = resolve(target);
        partition = topicPartition == null ? null : partitions.find(topicPartition);
      }
      if (partition != null
          && target.fetchOffset() < partition.log().logEndOffset()
          && !partition.log().likelyResident(target.fetchOffset())
          && (++looks > LOOKS_MAX || !isCached(target, partition, left))) {
        return false;
      }
      left = Math.max(0, left - Math.max(0, target.maxBytes()));
    }
    return true;
  }

  private boolean isCached(FetchTarget target, Partition partition, int maxBytes) {
    return limits.isolation() != ReadIsolation.LAST_STABLE // looks for aborted transactions too
        && partition
            .log()
            .isCached(target.fetchOffset(), Math.min(Math.max(0, target.maxBytes()), maxBytes));
  }

  Results read(List<FetchTarget> targets) {
    List<Result> results = new ArrayList<>(targets.size());
    long total = 0;
    boolean urgent = false;
    for (FetchTarget target : targets) {
      boolean first = total == 0;
      int left = (int) Math.max(0, limits.maxBytes() - total);
      Result result = read(target, Math.min(left, target.maxBytes()), first);
      results.add(result);
      total += result.sizeInBytes();
      urgent |=
          result.data.errorCode() != ErrorCode.NONE.code()
              || result.data.divergingEpoch().epoch() >= 0
              || result.data.preferredReadReplica() >= 0;
    }
    return new Results(results, total, urgent);
  }

  private @Nullable TopicPartition resolve(FetchTarget target) {
    if (target.topicId().equals(Uuid.ZERO)) {
      return new TopicPartition(target.topic(), target.partition());
    }
    TopicMetadata topic = metadata.topic(target.topicId());
    return topic == null ? null : new TopicPartition(topic.name(), target.partition());
  }

  /**
   * Null unless a follower has everything that there is: then it is only noted that it asked. That
   * is all there is to do for most partitions of a follower's session.
   */
  private @Nullable Result nothingNew(FetchTarget target) {
    Partition partition = limits.fromFollower() ? target.checkedPartition() : null;
    LogPosition end = partition == null ? null : partition.log().end();
    if (partition == null || end == null || end.offset() != target.fetchOffset()) {
      return null;
    }
    try {
      partition.followerFetched(
          limits.replicaId(),
          limits.replicaEpoch(),
          target.fetchOffset(),
          target.followerLogStart(),
          target.fetchOffset());
    } catch (LogException e) {
      return null; // the long way tells
    }
    return new Result(
        target,
        partition.topicPartition(),
        partition,
        withoutRecords(target, partition),
        end,
        false);
  }

  private Result read(FetchTarget target, int maxBytes, boolean firstRecords) {
    Result nothingNew = rights.isRefused() ? null : nothingNew(target);
    if (nothingNew != null) {
      return nothingNew;
    }
    TopicPartition topicPartition = resolve(target);
    if (topicPartition == null) {
      return Result.failed(target, null, null, failed(target, ErrorCode.UNKNOWN_TOPIC_ID));
    }
    if (!rights.mayRead(topicPartition.topic())) {
      return Result.failed(
          target, topicPartition, null, failed(target, ErrorCode.TOPIC_AUTHORIZATION_FAILED));
    }
    Partition partition = partitions.find(topicPartition);
    try {
      return read(
          target,
          partition != null ? partition : lookup.find(topicPartition),
          maxBytes,
          firstRecords);
    } catch (LogException e) {
      return Result.failed(target, topicPartition, partition, failed(target, e.errorCode()));
    } catch (RuntimeException e) {
      logger.error("Reading {} at offset {} failed", topicPartition, target.fetchOffset(), e);
      return Result.failed(
          target, topicPartition, partition, failed(target, ErrorCode.UNKNOWN_SERVER_ERROR));
    }
  }

  private Result read(FetchTarget target, Partition partition, int maxBytes, boolean firstRecords) {
    PartitionState state = partition.state();
    checkTopicId(target, partition);
    if (limits.anyReplica()) {
      partition.requireReplicaHere(target.currentLeaderEpoch());
    } else {
      partition.requireLeader(target.currentLeaderEpoch());
    }
    if (limits.fromFollower()) {
      partition.requireReplica(limits.replicaId());
    }
    TopicPartition topicPartition = partition.topicPartition();
    PartitionData diverging = diverging(target, partition);
    if (diverging != null) {
      return Result.failed(target, topicPartition, partition, diverging);
    }
    int elsewhere =
        limits.anyReplica()
            ? preferred.of(partition, target.fetchOffset())
            : PreferredReplicas.NONE;
    if (elsewhere != PreferredReplicas.NONE) {
      PartitionData data = withoutRecords(target, partition).preferredReadReplica(elsewhere);
      return Result.failed(target, topicPartition, partition, data);
    }
    // Before version 3 there is no limit for the whole and so no exception for the first batch in
    // Kafka; here every partition gives its first batch then, as a batch brought down to an old
    // format cannot be cut.
    boolean minOneBatch = limits.hasTotalLimit() ? firstRecords : true;
    long room = room(partition);
    long endBefore = partition.log().logEndOffset();
    LogRead read =
        partition
            .log()
            .read(
                target.fetchOffset(),
                (int) Math.clamp(maxBytes, 0, room),
                minOneBatch && room > 0,
                limits.isolation());
    long highWatermark = read.highWatermark();
    long lastStable = read.lastStableOffset();
    if (limits.fromFollower()) {
      followed(target, partition, read, endBefore);
      target.checked(partition, state);
      highWatermark = partition.log().highWatermark(); // it may have waited for this follower
      lastStable = partition.log().lastStableOffset();
    }
    PartitionData data =
        new PartitionData()
            .partitionIndex(target.partition())
            .highWatermark(highWatermark)
            .lastStableOffset(lastStable)
            .logStartOffset(read.logStartOffset())
            .abortedTransactions(aborted(read));
    data.records(payload(target, partition, read));
    return new Result(target, topicPartition, partition, data, read.start(), room == 0);
  }

  /** How many bytes of a partition may go out: limited for followers that lag, if throttled. */
  private long room(Partition partition) {
    boolean slowedDown =
        limits.fromFollower()
            && quota.isThrottled(partition.topicPartition())
            && !partition.isInSync(limits.replicaId());
    return slowedDown ? quota.room() : Long.MAX_VALUE;
  }

  /** The follower has all below what it asks for; a fetch that fails tells nothing. */
  private void followed(FetchTarget target, Partition partition, LogRead read, long endBefore) {
    boolean noted = false;
    try {
      partition.followerFetched(
          limits.replicaId(),
          limits.replicaEpoch(),
          target.fetchOffset(),
          target.followerLogStart(),
          endBefore);
      noted = true;
    } finally {
      if (!noted) {
        read.release();
      }
    }
  }

  private static void checkTopicId(FetchTarget target, Partition partition) {
    Uuid known = partition.topicId();
    if (known != null && !target.topicId().equals(Uuid.ZERO) && !known.equals(target.topicId())) {
      throw new LogException(
          ErrorCode.INCONSISTENT_TOPIC_ID,
          partition.topicPartition() + " has topic id " + known + ", not " + target.topicId());
    }
  }

  /** KIP-595: the client's log may have split off from ours. */
  private static @Nullable PartitionData diverging(FetchTarget target, Partition partition) {
    if (target.lastFetchedEpoch() < 0) {
      return null;
    }
    org.odradek.storage.EpochEndOffset end =
        partition.log().epochEndOffset(target.lastFetchedEpoch());
    if (end.leaderEpoch() < 0 || end.endOffset() < 0) {
      throw new LogException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "Nothing is known of leader epoch "
              + target.lastFetchedEpoch()
              + " of "
              + partition.topicPartition());
    }
    if (end.leaderEpoch() >= target.lastFetchedEpoch() && end.endOffset() >= target.fetchOffset()) {
      return null;
    }
    return withoutRecords(target, partition)
        .divergingEpoch(new EpochEndOffset().epoch(end.leaderEpoch()).endOffset(end.endOffset()));
  }

  private static PartitionData withoutRecords(FetchTarget target, Partition partition) {
    return new PartitionData()
        .partitionIndex(target.partition())
        .highWatermark(partition.log().highWatermark())
        .lastStableOffset(partition.log().lastStableOffset())
        .logStartOffset(partition.log().logStartOffset())
        .abortedTransactions(null)
        .records(NOTHING);
  }

  private @Nullable List<AbortedTransaction> aborted(LogRead read) {
    if (limits.isolation() != ReadIsolation.LAST_STABLE) {
      return null;
    }
    List<AbortedTransaction> aborted = new ArrayList<>(read.abortedTransactions().size());
    for (org.odradek.storage.AbortedTransaction transaction : read.abortedTransactions()) {
      aborted.add(
          new AbortedTransaction()
              .producerId(transaction.producerId())
              .firstOffset(transaction.firstOffset()));
    }
    return aborted;
  }

  /** The records as the client understands them; takes over the reference of the read. */
  private RecordsPayload payload(FetchTarget target, Partition partition, LogRead read) {
    if (read.records().isEmpty()) {
      read.release();
      return NOTHING;
    }
    boolean sent = false;
    try {
      if (limits.version() < FIRST_VERSION_WITH_ZSTD
          && partition.log().config().compressionType().equals("zstd")) {
        throw new LogException(
            ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
            "Fetch version " + limits.version() + " does not know zstd");
      }
      if (limits.magic() < RecordBatchDescriptor.MAGIC_V2) {
        return broughtDown(target, read.records());
      }
      sent = true;
      return read.records();
    } finally {
      if (!sent) {
        read.release();
      }
    }
  }

  private RecordsPayload broughtDown(FetchTarget target, FileRecords records) {
    try {
      return new BufferRecords(
          DownConversion.convert(
              records.readFully(), limits.magic(), target.fetchOffset(), MAX_DECOMPRESSED_BYTES));
    } catch (DownConversion.UnsupportedCompressionException e) {
      throw new LogException(
          ErrorCode.UNSUPPORTED_COMPRESSION_TYPE, String.valueOf(e.getMessage()));
    } catch (CorruptRecordsException | DecompressionLimitException e) {
      throw new LogException(ErrorCode.CORRUPT_MESSAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private PartitionData failed(FetchTarget target, ErrorCode code) {
    // Clients before version 6 do not know KAFKA_STORAGE_ERROR, and would not try again.
    boolean unknownToClient = code == ErrorCode.KAFKA_STORAGE_ERROR && limits.version() < 6;
    return new PartitionData()
        .partitionIndex(target.partition())
        .errorCode((unknownToClient ? ErrorCode.NOT_LEADER_OR_FOLLOWER : code).code())
        .highWatermark(-1)
        .lastStableOffset(-1)
        .logStartOffset(-1)
        .abortedTransactions(limits.isolation() == ReadIsolation.LAST_STABLE ? List.of() : null)
        .records(NOTHING);
  }
}
