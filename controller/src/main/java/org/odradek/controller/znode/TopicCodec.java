package org.odradek.controller.znode;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.Uuid;

/**
 * {@code /brokers/topics/x}: read in versions 1 (partitions), 2 (KIP-455, adding and removing
 * replicas) and 3 (KIP-516, topic id); written in 3, or in 2 when the topic has no id.
 */
public final class TopicCodec {
  private TopicCodec() {}

  public static byte[] encode(TopicInfo topic) {
    Map<String, List<Integer>> partitions = new LinkedHashMap<>();
    Map<String, List<Integer>> adding = new LinkedHashMap<>();
    Map<String, List<Integer>> removing = new LinkedHashMap<>();
    topic
        .partitions()
        .forEach((partition, assignment) -> {
          String key = partition.toString();
          partitions.put(key, assignment.replicas());
          if (!assignment.adding().isEmpty()) {
            adding.put(key, assignment.adding());
          }
          if (!assignment.removing().isEmpty()) {
            removing.put(key, assignment.removing());
          }
        });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("partitions", partitions);
    if (topic.id() != null) {
      json.put("topic_id", topic.id().toString());
    }
    json.put("adding_replicas", adding);
    json.put("removing_replicas", removing);
    json.put("version", topic.id() == null ? 2 : 3);
    return Json.write(json);
  }

  public static TopicInfo decode(String topic, byte @Nullable [] data) {
    JsonObject json = Json.parse(ZnodePaths.topic(topic), data);
    JsonObject partitions = json.object("partitions");
    JsonObject adding = json.objectOrEmpty("adding_replicas");
    JsonObject removing = json.objectOrEmpty("removing_replicas");
    SortedMap<Integer, ReplicaAssignment> assignments = new TreeMap<>();
    for (String partition : partitions.names()) {
      assignments.put(
          partitionNumber(topic, partition),
          new ReplicaAssignment(
              partitions.ints(partition),
              adding.has(partition) ? adding.ints(partition) : List.of(),
              removing.has(partition) ? removing.ints(partition) : List.of()));
    }
    return new TopicInfo(topic, topicId(topic, json.stringOrNull("topic_id")), assignments);
  }

  private static int partitionNumber(String topic, String text) {
    try {
      int partition = Integer.parseInt(text);
      if (partition >= 0) {
        return partition;
      }
    } catch (NumberFormatException e) {
      // reported below, as a negative one is
    }
    throw new ZnodeFormatException(
        ZnodePaths.topic(topic) + ": '" + text + "' is not a partition number");
  }

  private static @Nullable Uuid topicId(String topic, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Uuid.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ZnodeFormatException(ZnodePaths.topic(topic) + ": " + e.getMessage(), e);
    }
  }
}
