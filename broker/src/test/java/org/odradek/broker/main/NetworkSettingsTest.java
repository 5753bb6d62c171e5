package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.network.ListenerSecurity;
import org.odradek.broker.network.NetworkConfig;

class NetworkSettingsTest {
  @Test
  void buffersOfSocketsAreKafkasUnlessSet() {
    assertEquals(102400, settings(Map.of()).sendBufferBytes());
    assertEquals(-1, settings(Map.of("socket.send.buffer.bytes", "-1")).sendBufferBytes());
    assertEquals(102400, settings(Map.of()).receiveBufferBytes());
  }

  @Test
  void aBurstOfConnectionsMayWaitUnlessTheBacklogIsSet() {
    assertEquals(1024, settings(Map.of()).listenBacklog());
    assertEquals(50, settings(Map.of("socket.listen.backlog.size", "50")).listenBacklog());
  }

  private static NetworkConfig settings(Map<String, String> config) {
    return NetworkSettings.of(BrokerConfig.of(config), listener -> ListenerSecurity.PLAINTEXT);
  }
}
