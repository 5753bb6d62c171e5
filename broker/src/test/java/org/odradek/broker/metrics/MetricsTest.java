package org.odradek.broker.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final MetricName BYTES_IN =
      MetricName.of("kafka.server", "BrokerTopicMetrics", "BytesInPerSec");
  private static final MetricName LEADERS =
      MetricName.of("kafka.server", "ReplicaManager", "LeaderCount");

  private final Metrics metrics = new Metrics();

  @Test
  void namesAreKafkas() {
    assertEquals(
        "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=t",
        BYTES_IN.tagged("topic", "t").objectName());
    assertEquals(
        "kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=\"a:b\"",
        BYTES_IN.tagged("topic", "a:b").objectName());
  }

  @Test
  void aMeterOfANameIsMadeOnce() {
    Meter meter = metrics.meter(BYTES_IN, "bytes");
    meter.mark(3);
    assertSame(meter, metrics.meter(BYTES_IN, "bytes"));
    assertEquals(3, meter.count());
  }

  @Test
  void ratesNearWhatComesIn() {
    Meter meter = metrics.meter(BYTES_IN, "bytes");
    assertEquals(0, meter.oneMinuteRate());
    for (int i = 0; i < 12; i++) {
      meter.mark(500);
      metrics.tick();
    }
    assertEquals(100, meter.oneMinuteRate(), 0.001);
    assertEquals(100, meter.meanRate(), 0.001);
    for (int i = 0; i < 12; i++) { // a minute of silence
      metrics.tick();
    }
    assertEquals(100 / Math.E, meter.oneMinuteRate(), 0.001);
    assertEquals(50, meter.meanRate(), 0.001);
    assertTrue(meter.fifteenMinuteRate() > meter.fiveMinuteRate());
    assertTrue(meter.fiveMinuteRate() > meter.oneMinuteRate());
  }

  @Test
  void recentRatesAreThoseOfHalfAMinute() {
    AtomicInteger events = new AtomicInteger(1_000);
    RecentRate rate = new RecentRate(events::get);
    metrics.numbers(MetricName.ofNumbers("kafka.server", "socket"), Map.of("event-rate", rate));
    assertEquals(0, rate.get());
    for (int i = 0; i < 6; i++) {
      events.addAndGet(500);
      metrics.tick();
      assertEquals(100, rate.get(), "from the first one on");
    }
    for (int i = 5; i >= 0; i--) {
      metrics.tick();
      assertEquals(i * 500 / 30.0, rate.get(), 0.001);
    }
  }

  @Test
  void jmxShowsThemWithKafkasAttributes() throws Exception {
    MBeanServer server = MBeanServerFactory.newMBeanServer();
    AtomicInteger leaders = new AtomicInteger(7);
    metrics.gauge(LEADERS, leaders::get);
    JmxExporter.export(metrics, server);
    metrics.meter(BYTES_IN, "bytes").mark(10); // comes later
    ObjectName gauge = new ObjectName(LEADERS.objectName());
    ObjectName meter = new ObjectName(BYTES_IN.objectName());
    assertEquals(7, server.getAttribute(gauge, "Value"));
    leaders.set(8);
    assertEquals(8, server.getAttribute(gauge, "Value"));
    assertEquals(10L, server.getAttribute(meter, "Count"));
    assertEquals(0.0, server.getAttribute(meter, "OneMinuteRate"));
    assertEquals("bytes", server.getAttribute(meter, "EventType"));
    assertEquals(2, server.getAttributes(meter, new String[] {"Count", "MeanRate", "Nope"}).size());
    assertThrows(AttributeNotFoundException.class, () -> server.getAttribute(gauge, "Count"));
    assertEquals(7, server.getMBeanInfo(meter).getAttributes().length);
    metrics.gauge(LEADERS, () -> 1); // replaced
    assertEquals(1, server.getAttribute(gauge, "Value"));
    metrics.remove(LEADERS);
    assertFalse(server.isRegistered(gauge));
  }

  @Test
  void anIdleShareIsOfTheLastHalfMinute() {
    AtomicLong busyNanos = new AtomicLong();
    IdleShare share = new IdleShare(busyNanos::get);
    metrics.gauge(LEADERS, share);
    assertEquals(1, share.get());
    for (int i = 0; i < 12; i++) {
      busyNanos.addAndGet(TimeUnit.SECONDS.toNanos(Meter.TICK_SECONDS) / 4);
      metrics.tick();
      assertEquals(0.75, share.get(), 1e-9);
    }
    busyNanos.addAndGet(TimeUnit.HOURS.toNanos(1)); // more than one thread can have
    metrics.tick();
    assertEquals(0, share.get());
    for (int i = 0; i < 30 / Meter.TICK_SECONDS; i++) {
      metrics.tick();
    }
    assertEquals(1, share.get());
  }
}
