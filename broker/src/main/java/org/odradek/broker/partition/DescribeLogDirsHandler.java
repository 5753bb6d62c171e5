package org.odradek.broker.partition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.DescribeLogDirsRequest;
import org.odradek.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import org.odradek.protocol.message.DescribeLogDirsResponse;
import org.odradek.protocol.message.DescribeLogDirsResponse.DescribeLogDirsPartition;
import org.odradek.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;
import org.odradek.protocol.message.DescribeLogDirsResponse.DescribeLogDirsTopic;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.LogDirectoryStatus;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;

/** Tells what lies in the log directories, and how much of it (KIP-113, KIP-827). */
public final class DescribeLogDirsHandler
    implements ApiHandler<DescribeLogDirsRequest, DescribeLogDirsResponse> {
  private final LogDirectories logs;

  public DescribeLogDirsHandler(LogDirectories logs) {
    this.logs = logs;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_LOG_DIRS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 5;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.DESCRIBE;
  }

  /** Asks the file systems for their space. */
  @Override
  public Execution execution() {
    return Execution.WORKER;
  }

  @Override
  public DescribeLogDirsRequest read(MessageReader in, short version) {
    return DescribeLogDirsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeLogDirsRequest request,
      Responder<DescribeLogDirsResponse> out) {
    Set<TopicPartition> wanted = wanted(request);
    List<DescribeLogDirsResult> results = new ArrayList<>();
    for (LogDirectoryStatus directory : logs.statuses()) {
      DescribeLogDirsResult result =
          new DescribeLogDirsResult().logDir(directory.path().toString());
      if (directory.online()) {
        result
            .totalBytes(directory.totalBytes())
            .usableBytes(directory.usableBytes())
            .topics(topicsIn(directory, wanted));
      } else {
        result.errorCode(ErrorCode.KAFKA_STORAGE_ERROR.code());
      }
      results.add(result);
    }
    out.complete(new DescribeLogDirsResponse().results(results));
  }

  /** Null for all. */
  private static @Nullable Set<TopicPartition> wanted(DescribeLogDirsRequest request) {
    List<DescribableLogDirTopic> topics = request.topics();
    if (topics == null) {
      return null;
    }
    Set<TopicPartition> wanted = new HashSet<>();
    for (DescribableLogDirTopic topic : topics) {
      for (int partition : topic.partitions()) {
        wanted.add(new TopicPartition(topic.topic(), partition));
      }
    }
    return wanted;
  }

  private List<DescribeLogDirsTopic> topicsIn(
      LogDirectoryStatus directory, @Nullable Set<TopicPartition> wanted) {
    Map<String, DescribeLogDirsTopic> topics = new TreeMap<>();
    logs.logs().stream()
        .filter(log -> isWanted(log, directory, wanted))
        .forEach(log -> add(topics, log, partition(log)));
    logs.futureLogs().stream()
        .filter(log -> isWanted(log, directory, wanted))
        .forEach(
            log -> add(topics, log, partition(log).isFutureKey(true).offsetLag(lagOfFuture(log))));
    return new ArrayList<>(topics.values());
  }

  private static boolean isWanted(
      PartitionLog log, LogDirectoryStatus directory, @Nullable Set<TopicPartition> wanted) {
    return log.directory().equals(directory.path())
        && (wanted == null || wanted.contains(log.topicPartition()));
  }

  private static void add(
      Map<String, DescribeLogDirsTopic> topics,
      PartitionLog log,
      DescribeLogDirsPartition partition) {
    topics
        .computeIfAbsent(
            log.topicPartition().topic(),
            name -> new DescribeLogDirsTopic().name(name).partitions(new ArrayList<>()))
        .partitions()
        .add(partition);
  }

  /** How far a copy that grows in another directory is behind; -1 when its log is offline. */
  private long lagOfFuture(PartitionLog future) {
    PartitionLog current = logs.log(future.topicPartition());
    return current == null ? -1 : Math.max(0, current.logEndOffset() - future.logEndOffset());
  }

  /** A log in use has no lag, though it may follow a leader. */
  private static DescribeLogDirsPartition partition(PartitionLog log) {
    long sizeInBytes;
    try {
      sizeInBytes = log.sizeInBytes();
    } catch (LogException e) {
      sizeInBytes = 0; // closed or taken offline meanwhile
    }
    return new DescribeLogDirsPartition()
        .partitionIndex(log.topicPartition().partition())
        .partitionSize(sizeInBytes);
  }

  @Override
  public DescribeLogDirsResponse error(
      DescribeLogDirsRequest request, short version, Throwable cause) {
    return new DescribeLogDirsResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
