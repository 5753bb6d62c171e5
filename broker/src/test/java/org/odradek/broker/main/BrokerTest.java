package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.network.Endpoint;
import org.odradek.controller.zookeeper.EmbeddedZooKeeper;
import org.odradek.controller.zookeeper.EmbeddedZooKeeperConfig;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataResponse;
import org.odradek.protocol.message.ProduceRequest;
import org.odradek.protocol.message.ProduceResponse;
import org.odradek.protocol.record.RecordBatchBuilder;

@Timeout(60)
class BrokerTest {
  private static final short METADATA_VERSION = 8;

  @TempDir Path directory;

  private Broker start(String... settings) throws Exception {
    Map<String, String> all = new HashMap<>();
    all.put("listeners", "PLAINTEXT://127.0.0.1:0");
    all.put("broker.id", "7");
    all.put("log.dirs", directory.resolve("logs").toString());
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      all.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    Broker broker = new Broker(BrokerConfig.of(all));
    broker.start();
    return broker;
  }

  private static MetadataResponse metadata(Broker broker, String... topics) throws Exception {
    MetadataRequest request =
        new MetadataRequest()
            .topics(
                List.of(topics).stream()
                    .map(name -> new MetadataRequest.MetadataRequestTopic().name(name))
                    .toList());
    return MetadataResponse.read(
        ask(broker, ApiKey.METADATA, METADATA_VERSION, request), METADATA_VERSION);
  }

  /** One request in a version without a flexible header, and the body of its response. */
  private static MessageReader ask(Broker broker, ApiKey apiKey, short version, Message request)
      throws Exception {
    Endpoint endpoint = broker.endpoints().getFirst();
    try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
      socket.setSoTimeout(20_000);
      int size = 10 + request.sizeInBytes(version);
      ByteBuffer frame = ByteBuffer.allocate(4 + size);
      frame.putInt(size).putShort(apiKey.id()).putShort(version).putInt(1);
      frame.putShort((short) -1);
      request.write(new ByteBufferWriter(frame), version);
      socket.getOutputStream().write(frame.array());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] response = new byte[in.readInt()];
      in.readFully(response);
      return new MessageReader(ByteBuffer.wrap(response, 4, response.length - 4));
    }
  }

  @Test
  void startsStopsAndStartsAgainWithItsTopics() throws Exception {
    Broker broker = start();
    String clusterId;
    try {
      MetadataResponse response = metadata(broker, "t");
      assertEquals(7, response.controllerId());
      assertEquals(ErrorCode.LEADER_NOT_AVAILABLE.code(), response.topics().getFirst().errorCode());
      clusterId = response.clusterId();
      while (metadata(broker, "t").topics().getFirst().errorCode() != ErrorCode.NONE.code()) {
        Thread.onSpinWait();
      }
    } finally {
      broker.stop();
    }
    assertTrue(Files.exists(directory.resolve("logs/.kafka_cleanshutdown")));
    assertTrue(Files.readString(directory.resolve("logs/meta.properties")).contains("broker.id=7"));

    broker = start();
    try {
      MetadataResponse response = metadata(broker, "t");
      assertEquals(clusterId, response.clusterId());
      assertEquals(ErrorCode.NONE.code(), response.topics().getFirst().errorCode());
      assertEquals(7, response.topics().getFirst().partitions().getFirst().leaderId());
    } finally {
      broker.stop();
    }
  }

  @Test
  void makesAnIdWhereNoneIsGivenAndKeepsIt() throws Exception {
    for (int start = 0; start < 2; start++) {
      Broker broker = start("broker.id=-1");
      try {
        assertEquals(1001, metadata(broker).brokers().getFirst().nodeId());
      } finally {
        broker.stop();
      }
    }
  }

  @Test
  void tellsClientsOfAListenerOnAllAddressesTheOneTheyCameBy() throws Exception {
    Broker broker = start("listeners=PLAINTEXT://:0");
    try (Socket unused = new Socket("127.0.0.1", broker.endpoints().getFirst().port())) {
      MetadataResponse response = metadata(broker);
      assertFalse(response.brokers().getFirst().host().isEmpty());
      assertEquals(broker.endpoints().getFirst().port(), response.brokers().getFirst().port());
    } finally {
      broker.stop();
    }
  }

  /** The fault is met in the middle of an append, on an event loop. */
  @Test
  void stopsWhenItsLastLogDirectoryFails() throws Exception {
    Broker broker = start();
    try {
      while (metadata(broker, "t").topics().getFirst().errorCode() != ErrorCode.NONE.code()) {
        Thread.onSpinWait();
      }
      Path folder = directory.resolve("logs/t-0");
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
      assertNull(broker.failure());
      assertThrows(IOException.class, () -> produceUntilClosed(broker));
      broker.awaitStopped();
      String failure = String.valueOf(broker.failure());
      assertTrue(failure.contains(directory.resolve("logs").toString()), failure);
      assertFalse(Files.exists(directory.resolve("logs/.kafka_cleanshutdown")));
    } finally {
      broker.stop();
    }
  }

  private static void produceUntilClosed(Broker broker) throws Exception {
    short version = 8;
    ByteBuffer batch =
        new RecordBatchBuilder().append(1, null, ByteBuffer.wrap(new byte[] {1})).build();
    ProduceRequest request =
        new ProduceRequest()
            .acks((short) 1)
            .timeoutMs(1000)
            .topicData(
                List.of(
                    new ProduceRequest.TopicProduceData()
                        .name("t")
                        .partitionData(
                            List.of(
                                new ProduceRequest.PartitionProduceData()
                                    .records(new BufferRecords(batch))))));
    while (true) {
      ProduceResponse response =
          ProduceResponse.read(ask(broker, ApiKey.PRODUCE, version, request), version);
      short code = response.responses().getFirst().partitionResponses().getFirst().errorCode();
      assertNotEquals(ErrorCode.NONE.code(), code);
    }
  }

  @Test
  void closesItsLogsThoughZooKeeperIsGone() throws Exception {
    EmbeddedZooKeeper zooKeeper =
        EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory.resolve("zk"), 0));
    Broker broker = start("zookeeper.connect=" + zooKeeper.connectString());
    zooKeeper.close();
    broker.stop();
    assertNull(broker.failure());
    assertTrue(Files.exists(directory.resolve("logs/.kafka_cleanshutdown")));
  }

  @Test
  void saysWhichAddressIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0)) {
      String listeners = "PLAINTEXT://127.0.0.1:" + taken.getLocalPort();
      StartException failure =
          assertThrows(StartException.class, () -> start("listeners=" + listeners));
      assertTrue(
          String.valueOf(failure.getMessage()).contains(String.valueOf(taken.getLocalPort())),
          failure.getMessage());
    }
  }
}
