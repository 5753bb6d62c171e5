package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.network.Endpoint;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataResponse;

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
    Endpoint endpoint = broker.endpoints().getFirst();
    try (Socket socket = new Socket(endpoint.host(), endpoint.port())) {
      socket.setSoTimeout(20_000);
      int size = 10 + request.sizeInBytes(METADATA_VERSION);
      ByteBuffer frame = ByteBuffer.allocate(4 + size);
      frame.putInt(size).putShort((short) 3).putShort(METADATA_VERSION).putInt(1);
      frame.putShort((short) -1);
      request.write(new ByteBufferWriter(frame), METADATA_VERSION);
      socket.getOutputStream().write(frame.array());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] response = new byte[in.readInt()];
      in.readFully(response);
      return MetadataResponse.read(
          new MessageReader(ByteBuffer.wrap(response, 4, response.length - 4)), METADATA_VERSION);
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
