package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;
import org.odradek.processes.Waiting;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Clients;
import org.odradek.systemtests.harness.KeyedLoad;

/**
 * {@code kill -9} of a broker under load. {@code -Dkill.records=1000000 -Dkill.times=5} is the full
 * size; the default is a small one.
 */
class KillTest {
  private static final int RECORDS = Integer.getInteger("kill.records", 60_000);
  private static final int KILLS = Integer.getInteger("kill.times", 2);

  @Test
  void nothingAcknowledgedIsLostOrDoubledOrOutOfOrder() throws Exception {
    try (Broker broker = new Broker(Checkout.emptyWorkFolder("kill")).start()) {
      var clients = new Clients(broker.bootstrap());
      // Small segments, so that rolling and recovery of several segments take part.
      clients.createTopic("load", 6, Map.of("segment.bytes", Integer.toString(4 << 20)));
      var load = new KeyedLoad(clients, "load", RECORDS);
      load.start();
      for (int kill = 1; kill <= KILLS; kill++) {
        long enough = (long) load.records() * kill / (KILLS + 1);
        Waiting.until(
            Duration.ofMinutes(10),
            () -> load.acknowledged() >= enough || load.hasFailed(),
            () -> load.acknowledged() + " acknowledged of " + enough + "\n" + broker.lastOutput());
        // Its node in ZooKeeper is still there: the session of the killed one has not run out.
        broker.kill();
        broker.start();
      }
      load.awaitEnd();
      load.check(clients.readAll("load"));
      assertTrue(clients.topics().contains("load"));
    }
  }
}
