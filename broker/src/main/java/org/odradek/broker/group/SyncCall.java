package org.odradek.broker.group;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A member asks for its assignment, and the leader brings those of all (SyncGroup).
 *
 * @param protocolType as the member knows it (KIP-559), null when it did not say
 * @param protocolName as the member knows it (KIP-559), null when it did not say
 * @param assignments by member id; empty but for the leader
 */
public record SyncCall(
    String groupId,
    int generation,
    String memberId,
    @Nullable String groupInstanceId,
    @Nullable String protocolType,
    @Nullable String protocolName,
    Map<String, byte[]> assignments) {}
