package org.odradek.broker.group;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

/** What OffsetFetch tells about one partition; {@code committed} is null when there is nothing. */
public record FetchedOffset(
    TopicPartition partition, ErrorCode error, @Nullable CommittedOffset committed) {
  static FetchedOffset none(TopicPartition partition) {
    return new FetchedOffset(partition, ErrorCode.NONE, null);
  }
}
