package org.odradek.controller.znode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;

/**
 * {@code /admin/reassign_partitions}: the replicas that partitions shall have, as the tools of
 * Kafka 2.x write them with {@code --zookeeper}.
 */
public final class ReassignmentCodec {
  private ReassignmentCodec() {}

  /**
   * What the node asks for.
   *
   * @param targets in the order of the node; of a partition that is there twice the last one
   * @param problems what was wrong with the elements that are left out, one text for each
   */
  public record Requested(Map<TopicPartition, List<Integer>> targets, List<String> problems) {}

  public static byte[] encode(Map<TopicPartition, List<Integer>> targets) {
    List<Map<String, Object>> elements = new ArrayList<>();
    targets.forEach((partition, replicas) -> {
      Map<String, Object> element = new LinkedHashMap<>();
      element.put("topic", partition.topic());
      element.put("partition", partition.partition());
      element.put("replicas", replicas);
      elements.add(element);
    });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 1);
    json.put("partitions", elements);
    return Json.write(json);
  }

  /** Fails with {@link ZnodeFormatException} when the node as a whole cannot be read. */
  public static Requested decode(byte @Nullable [] data) {
    Map<TopicPartition, List<Integer>> targets = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    JsonObject json = Json.parse(ZnodePaths.REASSIGN_PARTITIONS, data);
    for (Object element : json.elements("partitions")) {
      try {
        JsonObject entry = JsonObject.of("an element of partitions", element);
        targets.put(
            new TopicPartition(entry.string("topic"), entry.intValue("partition")),
            entry.ints("replicas"));
      } catch (ZnodeFormatException | ArithmeticException | IllegalArgumentException e) {
        problems.add(element + ": " + e.getMessage());
      }
    }
    return new Requested(targets, problems);
  }
}
