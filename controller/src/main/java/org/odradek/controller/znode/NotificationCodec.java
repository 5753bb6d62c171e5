package org.odradek.controller.znode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;

/**
 * What brokers tell the controller by sequential nodes: {@code /isr_change_notification} (which
 * partitions' ISR a leader wrote itself) and {@code /log_dir_event_notification} (a log directory
 * of a broker failed).
 */
public final class NotificationCodec {
  private static final int LOG_DIR_FAILURE = 1;

  private NotificationCodec() {}

  public static byte[] encodeIsrChange(List<TopicPartition> partitions) {
    List<Map<String, Object>> elements = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      Map<String, Object> element = new LinkedHashMap<>();
      element.put("topic", partition.topic());
      element.put("partition", partition.partition());
      elements.add(element);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 1);
    json.put("partitions", elements);
    return Json.write(json);
  }

  public static List<TopicPartition> decodeIsrChange(String path, byte @Nullable [] data) {
    return Json.parse(path, data).objects("partitions").stream()
        .map(element -> new TopicPartition(element.string("topic"), element.intValue("partition")))
        .toList();
  }

  public static byte[] encodeLogDirFailure(int brokerId) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 1);
    json.put("broker", brokerId);
    json.put("event", LOG_DIR_FAILURE);
    return Json.write(json);
  }

  /** The broker whose log directory failed. */
  public static int decodeLogDirFailure(String path, byte @Nullable [] data) {
    return Json.parse(path, data).intValue("broker");
  }
}
