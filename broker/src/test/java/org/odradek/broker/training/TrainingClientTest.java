package org.odradek.broker.training;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.main.Broker;

/** The build goes on without training: so it is here that a client which is refused shows. */
@Timeout(60)
class TrainingClientTest {
  private static final double SMALLEST = 0;

  @TempDir Path directory;

  @Test
  void isServedByABroker() throws Exception {
    Broker broker = start(Map.of());
    try {
      client(broker).run("plain");
    } finally {
      broker.stop();
    }
  }

  @Test
  void saysSoWhenTheBrokerRefuses() throws Exception {
    Broker broker = start(Map.of("message.max.bytes", "100"));
    try {
      assertThrows(IOException.class, () -> client(broker).run("plain"));
    } finally {
      broker.stop();
    }
  }

  private Broker start(Map<String, String> settings) throws Exception {
    var all =
        new HashMap<>(
            Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "broker.id", "0",
                "log.dirs", directory.resolve("logs").toString(),
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0"));
    all.putAll(settings);
    var broker = new Broker(BrokerConfig.of(all));
    broker.start();
    return broker;
  }

  private static TrainingClient client(Broker broker) {
    return new TrainingClient(
        SocketFactory.getDefault(), broker.endpoints().getFirst().port(), SMALLEST);
  }
}
