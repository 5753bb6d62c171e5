package org.odradek.controller.znode;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;

/** {@code /brokers/topics/x/partitions/N/state}. */
public final class PartitionStateCodec {
  private static final String RECOVERY_STATE = "leader_recovery_state";
  private static final int RECOVERED = 0;
  private static final int RECOVERING = 1;

  private PartitionStateCodec() {}

  public static byte[] encode(PartitionState state) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("controller_epoch", state.controllerEpoch());
    json.put("leader", state.leader());
    json.put("version", 1);
    json.put("leader_epoch", state.leaderEpoch());
    json.put("isr", state.isr());
    if (state.isRecovering()) { // left out otherwise, as brokers before KIP-704 do
      json.put(RECOVERY_STATE, RECOVERING);
    }
    return Json.write(json);
  }

  /** {@code znodeVersion} is the data version from the node's stat. */
  public static PartitionState decode(
      TopicPartition partition, byte @Nullable [] data, int znodeVersion) {
    JsonObject json = Json.parse(ZnodePaths.partitionState(partition), data);
    return new PartitionState(
        json.intValue("leader"),
        json.intValue("leader_epoch"),
        json.ints("isr"),
        json.intValue("controller_epoch"),
        znodeVersion,
        json.intValue(RECOVERY_STATE, RECOVERED) == RECOVERING);
  }
}
