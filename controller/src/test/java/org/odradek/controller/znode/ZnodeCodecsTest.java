package org.odradek.controller.znode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;

/** What stock brokers and tools of 2.4.1 and 2.8.2 have written. */
class ZnodeCodecsTest {
  private static final TopicPartition FIRST_1 = new TopicPartition("first", 1);

  @Test
  void aBrokerIsWrittenAsKafka28DoesIt() {
    String json =
        "{\"features\":{},\"listener_security_protocol_map\":{\"PLAINTEXT\":\"PLAINTEXT\"},"
            + "\"endpoints\":[\"PLAINTEXT://master:9092\"],\"jmx_port\":-1,\"port\":9092,"
            + "\"host\":\"master\",\"version\":5,\"timestamp\":\"1795318504028\"}";
    BrokerInfo broker =
        new BrokerInfo(
            0,
            List.of(new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "master", 9092)),
            null,
            -1,
            1795318504028L);
    assertEquals(json, text(BrokerCodec.encode(broker)));
    assertEquals(broker, BrokerCodec.decode(0, bytes(json)));
  }

  @Test
  void aBrokerWithoutPlaintextHasNoHost() {
    BrokerInfo broker =
        new BrokerInfo(
            3,
            List.of(
                new BrokerEndpoint("INSIDE", "SSL", "::1", 9093),
                new BrokerEndpoint("OUTSIDE", "SASL_SSL", "b.example", 9094)),
            "rack-a",
            9999,
            5);
    String json = text(BrokerCodec.encode(broker));
    assertTrue(
        json.contains("\"endpoints\":[\"INSIDE://[::1]:9093\",\"OUTSIDE://b.example:9094\"]"));
    assertTrue(json.contains("\"port\":-1,\"host\":null"), json);
    assertEquals(broker, BrokerCodec.decode(3, bytes(json)));
  }

  @Test
  void brokersOfAllVersionsAreRead() {
    String version1 =
        "{\"version\":1,\"host\":\"old\",\"port\":9092,\"jmx_port\":9999,\"timestamp\":\"7\"}";
    BrokerInfo old = BrokerCodec.decode(1, bytes(version1));
    assertEquals("PLAINTEXT://old:9092", old.endpoints().getFirst().toString());
    assertEquals(7, old.timestampMs());
    String version4 =
        "{\"listener_security_protocol_map\":{\"CLIENT\":\"SSL\"},\"endpoints\":[\"CLIENT://h:9093\"],"
            + "\"rack\":\"dc1\",\"jmx_port\":-1,\"host\":null,\"timestamp\":\"1\",\"port\":-1,\"version\":4}";
    BrokerInfo later = BrokerCodec.decode(2, bytes(version4));
    assertEquals(List.of(new BrokerEndpoint("CLIENT", "SSL", "h", 9093)), later.endpoints());
    assertEquals("dc1", later.rack());
  }

  @Test
  void aTopicIsWrittenAsKafka28DoesItAndReadInAllVersions() {
    String json =
        "{\"partitions\":{\"0\":[2,0,1],\"1\":[0,1,2]},\"topic_id\":\"jL2f_tZvSFu8AIBv_7wuIg\","
            + "\"adding_replicas\":{},\"removing_replicas\":{},\"version\":3}";
    TopicInfo topic = TopicCodec.decode("first", bytes(json));
    assertEquals(Uuid.parse("jL2f_tZvSFu8AIBv_7wuIg"), topic.id());
    assertEquals(ReplicaAssignment.of(List.of(0, 1, 2)), topic.partitions().get(1));
    assertEquals(json, text(TopicCodec.encode(topic)));

    String version2 =
        "{\"version\":2,\"partitions\":{\"1\":[2,1,0],\"0\":[1,2,0]},"
            + "\"adding_replicas\":{\"0\":[2]},\"removing_replicas\":{\"0\":[0]}}";
    TopicInfo moving = TopicCodec.decode("big", bytes(version2));
    assertNull(moving.id());
    assertEquals(
        new ReplicaAssignment(List.of(1, 2, 0), List.of(2), List.of(0)),
        moving.partitions().get(0));
    assertEquals(ReplicaAssignment.of(List.of(2, 1, 0)), moving.partitions().get(1));

    TopicInfo oldest = TopicCodec.decode("t", bytes("{\"version\":1,\"partitions\":{\"0\":[4]}}"));
    assertEquals(ReplicaAssignment.of(List.of(4)), oldest.partitions().get(0));
    assertTrue(text(TopicCodec.encode(oldest)).endsWith("\"version\":2}"));
  }

  @Test
  void aPartitionStateIsWrittenAndReadAsKafkaDoesIt() {
    String json =
        "{\"controller_epoch\":2,\"leader\":0,\"version\":1,\"leader_epoch\":3,\"isr\":[1,2,0]}";
    PartitionState state = PartitionStateCodec.decode(FIRST_1, bytes(json), 4);
    assertEquals(new PartitionState(0, 3, List.of(1, 2, 0), 2, 4), state);
    assertEquals(json, text(PartitionStateCodec.encode(state)));
    String leaderless =
        "{\"controller_epoch\":2,\"leader\":-1,\"version\":1,\"leader_epoch\":1,\"isr\":[0]}";
    assertEquals(false, PartitionStateCodec.decode(FIRST_1, bytes(leaderless), 1).hasLeader());
  }

  @Test
  void controllerClusterIdFeatureAndProducerBlock() {
    String controller = "{\"version\":1,\"brokerid\":0,\"timestamp\":\"1795316167472\"}";
    assertEquals(controller, text(ControllerCodec.encode(0, 1795316167472L)));
    assertEquals(0, ControllerCodec.decode(bytes(controller)));
    assertEquals("12", text(ControllerCodec.encodeEpoch(12)));
    assertEquals(12, ControllerCodec.decodeEpoch(bytes("12")));
    String cluster = "{\"version\":\"1\",\"id\":\"8AExoCe4Saac3m3ogjbefQ\"}";
    assertEquals(cluster, text(ClusterIdCodec.encode("8AExoCe4Saac3m3ogjbefQ")));
    assertEquals("8AExoCe4Saac3m3ogjbefQ", ClusterIdCodec.decode(bytes(cluster)));
    assertEquals("{\"features\":{},\"version\":1,\"status\":1}", text(FeatureCodec.encodeEmpty()));
    String block = "{\"version\":1,\"broker\":2,\"block_start\":\"2000\",\"block_end\":\"2999\"}";
    assertEquals(new ProducerIdBlock(2, 2000, 2999), ProducerIdBlock.decode(bytes(block)));
    assertEquals(block, text(new ProducerIdBlock(2, 2000, 2999).encode()));
  }

  @Test
  void configurationsAndTheirChanges() {
    String settings =
        "{\"version\":1,\"config\":{\"compression.type\":\"producer\",\"cleanup.policy\":\"compact\"}}";
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("compression.type", "producer");
    expected.put("cleanup.policy", "compact");
    assertEquals(settings, text(ConfigCodec.encode(expected)));
    assertEquals(expected, ConfigCodec.decode(ConfigEntity.topic("t"), bytes(settings)));
    String change = "{\"version\":2,\"entity_path\":\"brokers/1\"}";
    assertEquals(change, text(ConfigCodec.encodeChange(ConfigEntity.broker(1))));
    assertEquals(ConfigEntity.broker(1), ConfigCodec.decodeChange("/c", bytes(change)));
    assertEquals(
        ConfigEntity.topic("x"),
        ConfigCodec.decodeChange(
            "/c", bytes("{\"version\":1,\"entity_type\":\"topics\",\"entity_name\":\"x\"}")));
    assertThrows(
        ZnodeFormatException.class,
        () -> ConfigCodec.decodeChange("/c", bytes("{\"version\":2,\"entity_path\":\"\"}")));
  }

  @Test
  void isrAndLogDirectoryNotifications() {
    String isr = "{\"version\":1,\"partitions\":[{\"topic\":\"first\",\"partition\":1}]}";
    assertEquals(isr, text(NotificationCodec.encodeIsrChange(List.of(FIRST_1))));
    assertEquals(List.of(FIRST_1), NotificationCodec.decodeIsrChange("/n", bytes(isr)));
    String failure = "{\"version\":1,\"broker\":3,\"event\":1}";
    assertEquals(failure, text(NotificationCodec.encodeLogDirFailure(3)));
    assertEquals(3, NotificationCodec.decodeLogDirFailure("/n", bytes(failure)));
  }

  @Test
  void malformedDataNamesPathAndContent() {
    for (String broken :
        List.of(
            "", "{", "[]", "{\"partitions\":5}", "{\"partitions\":{\"x\":[1]}}", "{} {}", "nul")) {
      ZnodeFormatException failure =
          assertThrows(
              ZnodeFormatException.class, () -> TopicCodec.decode("t", bytes(broken)), broken);
      assertTrue(failure.toString().contains("/brokers/topics/t"), failure.toString());
    }
    assertThrows(
        ZnodeFormatException.class,
        () -> TopicCodec.encode(TopicCodec.decode("t", bytes("{\"partitions\":{\"0\":[true]}}"))));
    assertThrows(ZnodeFormatException.class, () -> ControllerCodec.decodeEpoch(bytes("one")));
  }

  @Test
  void aTopicWithoutReplicasOrPartitionsIsStillRead() {
    TopicInfo topic = TopicCodec.decode("t", bytes("{\"version\":1,\"partitions\":{}}"));
    assertEquals(new TreeMap<>(), topic.partitions());
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String json) {
    return json.getBytes(StandardCharsets.UTF_8);
  }
}
