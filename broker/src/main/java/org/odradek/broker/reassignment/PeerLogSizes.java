package org.odradek.broker.reassignment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.peer.ChannelPerBroker;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerChannels;
import org.odradek.broker.peer.PeerException;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.DescribeLogDirsRequest;
import org.odradek.protocol.message.DescribeLogDirsRequest.DescribableLogDirTopic;
import org.odradek.protocol.message.DescribeLogDirsResponse;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;

/**
 * Asks other brokers by DescribeLogDirs, on connections of its own that are closed when nobody asks
 * any more, and this broker's logs directly.
 *
 * <p>Thread-safety: any thread.
 */
final class PeerLogSizes implements LogSizes, AutoCloseable {
  /** One that every broker since 2.0 knows. */
  private static final short VERSION = 1;

  private final int brokerId;
  private final LogDirectories logs;
  private final ClusterMetadata metadata;
  private final String listenerName;
  private final ChannelPerBroker channels;

  PeerLogSizes(
      int brokerId,
      LogDirectories logs,
      ClusterMetadata metadata,
      String listenerName,
      PeerChannels peers,
      PeerChannelConfig config) {
    this.brokerId = brokerId;
    this.logs = logs;
    this.metadata = metadata;
    this.listenerName = listenerName;
    this.channels = new ChannelPerBroker(peers, config);
  }

  @Override
  public CompletableFuture<Map<TopicPartition, Long>> of(
      int askedId, Set<TopicPartition> partitions) {
    if (askedId == brokerId) {
      return CompletableFuture.completedFuture(own(partitions));
    }
    PeerAddress address = PeerAddress.of(metadata.current(), askedId, listenerName);
    if (address == null) {
      return CompletableFuture.failedFuture(
          new PeerException(
              PeerException.Reason.UNKNOWN_BROKER, "broker " + askedId + " is not alive"));
    }
    return channels
        .to(address)
        .call(ApiKey.DESCRIBE_LOG_DIRS, VERSION, request(partitions))
        .thenApply(response -> sizes((DescribeLogDirsResponse) response));
  }

  private Map<TopicPartition, Long> own(Set<TopicPartition> partitions) {
    Map<TopicPartition, Long> sizes = new HashMap<>();
    for (PartitionLog log : logs.logs()) {
      if (partitions.contains(log.topicPartition())) {
        try {
          sizes.put(log.topicPartition(), log.sizeInBytes());
        } catch (LogException e) {
          // closed, or its directory went offline: nobody knows its size now
        }
      }
    }
    return sizes;
  }

  private static DescribeLogDirsRequest request(Set<TopicPartition> partitions) {
    Map<String, DescribableLogDirTopic> topics = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      topics
          .computeIfAbsent(
              partition.topic(),
              name -> new DescribableLogDirTopic().topic(name).partitions(new ArrayList<>()))
          .partitions()
          .add(partition.partition());
    }
    return new DescribeLogDirsRequest().topics(new ArrayList<>(topics.values()));
  }

  private static Map<TopicPartition, Long> sizes(DescribeLogDirsResponse response) {
    Map<TopicPartition, Long> sizes = new HashMap<>();
    for (var directory : response.results()) {
      for (var topic : directory.topics()) {
        for (var partition : topic.partitions()) {
          if (!partition.isFutureKey()) {
            sizes.put(
                new TopicPartition(topic.name(), partition.partitionIndex()),
                partition.partitionSize());
          }
        }
      }
    }
    return sizes;
  }

  /** Closes the connections; the next question opens them again. */
  @Override
  public void close() {
    channels.closeAll();
  }
}
