package org.odradek.broker.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.odradek.protocol.TopicPartition;

final class ReplicationQuotaTest {
  private static final int BROKER = 3;

  private final Map<String, String> throttled = new HashMap<>();
  private long nowMs = 1_000_000;
  private final ReplicationQuota quota =
      new ReplicationQuota(BROKER, throttled::get, () -> nowMs, 11, 1_000);

  private boolean throttles(String topic, int partition) {
    return quota.isThrottled(new TopicPartition(topic, partition));
  }

  @Test
  void replicasAreThoseOfTheTopicAndBroker() {
    quota.bytesPerSecond(1_000);
    throttled.put("some", "0:1,1:3, 2:3 ,x:3,3:y,4");
    throttled.put("all", "*");
    throttled.put("none", "");
    assertFalse(throttles("some", 0));
    assertTrue(throttles("some", 1));
    assertTrue(throttles("some", 2));
    assertFalse(throttles("some", 4));
    assertTrue(throttles("all", 7));
    assertFalse(throttles("none", 0));
    assertFalse(throttles("unknown", 0));
    throttled.put("some", "0:3");
    assertTrue(throttles("some", 0));
    assertFalse(throttles("some", 1));
    throttled.remove("some");
    assertFalse(throttles("some", 0));
  }

  @Test
  void withoutARateNothingIsThrottled() {
    throttled.put("all", "*");
    assertFalse(throttles("all", 0));
    quota.record(1L << 40);
    assertEquals(Long.MAX_VALUE, quota.room());
    assertEquals(0, quota.pauseMs());
    quota.bytesPerSecond(10);
    assertTrue(throttles("all", 0));
    assertEquals(0, quota.room());
    quota.bytesPerSecond(ReplicationQuota.UNLIMITED);
    assertFalse(throttles("all", 0));
  }

  /** A follower as fast as it may, against the bytes of a minute; from an idle start, and not. */
  @ParameterizedTest
  @CsvSource({"20000, 1000", "1000000, 300", "10000000, 5", "500000000, 2", "5000000, 4000"})
  void aMinuteHasTheRate(long rate, int fetchMs) {
    Random random = new Random(rate);
    quota.bytesPerSecond(rate);
    for (int minute = 0; minute < 3; minute++) {
      long bytes = 0;
      long endMs = nowMs + 60_000;
      while (nowMs < endMs) {
        long room = quota.room();
        if (room > 0) {
          long got = Math.max(1, (long) (room * random.nextDouble()));
          quota.record(got);
          bytes += got;
          nowMs += random.nextInt(fetchMs) / 10 + 1;
        } else {
          assertTrue(quota.pauseMs() > 0);
          nowMs += quota.pauseMs();
        }
      }
      assertEquals(rate * 60.0, bytes, rate * 60 * 0.1, "minute " + minute);
    }
  }

  /** A batch may be larger than there is room: the time after pays for it. */
  @Test
  void largeBatchesArePaidFor() {
    quota.bytesPerSecond(100_000);
    long bytes = 0;
    long endMs = nowMs + 60_000;
    while (nowMs < endMs) {
      if (quota.room() > 0) {
        quota.record(400_000);
        bytes += 400_000;
      }
      nowMs += Math.max(1, quota.pauseMs());
    }
    assertEquals(6_000_000.0, bytes, 600_000.0);
  }

  @Test
  void aRateOfZeroStops() {
    quota.bytesPerSecond(0);
    assertEquals(0, quota.room());
    assertEquals(1_000, quota.pauseMs());
  }
}
