package org.odradek.controller.znode;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;

/** {@code /admin/preferred_replica_election}: which partitions are to get their first replica. */
public final class PreferredElectionCodec {
  private PreferredElectionCodec() {}

  public static List<TopicPartition> decode(byte @Nullable [] data) {
    Set<TopicPartition> partitions = new LinkedHashSet<>();
    Json.parse(ZnodePaths.PREFERRED_REPLICA_ELECTION, data)
        .objects("partitions")
        .forEach(element ->
            partitions.add(
                new TopicPartition(element.string("topic"), element.intValue("partition"))));
    return List.copyOf(partitions);
  }
}
