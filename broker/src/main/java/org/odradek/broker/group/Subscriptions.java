package org.odradek.broker.group;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The topics a consumer group is subscribed to, read from the members' metadata. Every version of
 * the consumer protocol's subscription begins alike: version, then the topic names.
 */
final class Subscriptions {
  static final String CONSUMER_PROTOCOL_TYPE = "consumer";

  private Subscriptions() {}

  /** Null when the group is no consumer group, or a member's metadata cannot be understood. */
  static @Nullable Set<String> of(Group group) {
    String protocol = group.protocolName();
    if (!group.isConsumerGroup()) {
      return null;
    }
    if (group.members().isEmpty()) {
      return Set.of();
    }
    if (protocol == null) {
      return null;
    }
    Set<String> topics = new HashSet<>();
    for (Member member : group.members().all()) {
      if (!addTopics(ByteBuffer.wrap(member.metadata(protocol)), topics)) {
        return null;
      }
    }
    return topics;
  }

  private static boolean addTopics(ByteBuffer metadata, Set<String> topics) {
    try {
      short version = metadata.getShort();
      int count = metadata.getInt();
      if (version < 0 || count < 0) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        int length = metadata.getShort();
        if (length < 0 || length > metadata.remaining()) {
          return false;
        }
        byte[] name = new byte[length];
        metadata.get(name);
        topics.add(new String(name, StandardCharsets.UTF_8));
      }
      return true;
    } catch (BufferUnderflowException notASubscription) {
      return false;
    }
  }
}
