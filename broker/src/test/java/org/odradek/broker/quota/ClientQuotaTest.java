package org.odradek.broker.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.HandlerCall;
import org.odradek.broker.quota.QuotaLimits.Metered;
import org.odradek.controller.znode.ConfigEntity;

final class ClientQuotaTest {
  private static final double NONE = Double.POSITIVE_INFINITY;

  private long nowMs = 1_000_000;
  private final ClientQuotas quotas =
      new ClientQuotas(QuotaWindow.DEFAULT, QuotaWindow.DEFAULT, () -> nowMs, NONE, NONE);

  private void set(String path, String name, String value) {
    quotas.configChanged(new ConfigEntity(path), Map.of(name, value));
  }

  private void limit(String path, double limit) {
    set(path, "producer_byte_rate", String.valueOf(limit));
  }

  private int use(String user, String clientId, long bytes) {
    return quotas.produce().record(HandlerCall.from(user, clientId), bytes);
  }

  @Test
  void timeOfOtherBrokersIsSharedOutToNobody() {
    assertEquals(0, quotas.exemptRequestTime());
    quotas.requestTime().exempt(TimeUnit.SECONDS.toNanos(5));
    assertEquals(50, quotas.exemptRequestTime(), 1e-9, "5 of the 10 s that count at first");
    nowMs += 60_000;
    assertEquals(0, quotas.exemptRequestTime());
  }

  private static final List<String> BY_PRECEDENCE =
      List.of(
          "users/u/clients/c",
          "users/u/clients/<default>",
          "users/u",
          "users/<default>/clients/c",
          "users/<default>/clients/<default>",
          "users/<default>",
          "clients/c",
          "clients/<default>");

  /** Any of them set, in any order: the first in the list holds. */
  @Test
  void theMostSpecificLimitHolds() {
    Random random = new Random(1);
    for (int set = 0; set < 1 << BY_PRECEDENCE.size(); set++) {
      QuotaLimits limits = new QuotaLimits(NONE);
      List<Integer> there = new ArrayList<>();
      for (int i = 0; i < BY_PRECEDENCE.size(); i++) {
        if ((set >> i & 1) == 1) {
          there.add(random.nextInt(there.size() + 1), i);
        }
      }
      there.forEach(i -> limits.set(entity(BY_PRECEDENCE.get(i)), (double) i));
      limits.set(entity("users/other"), 77.0);
      limits.set(entity("clients/other"), 78.0);
      limits.set(entity("users/u/clients/other"), 79.0);
      QuotaLimits.Applied found = limits.find("u", "c");
      if (set == 0) {
        assertNull(found);
        continue;
      }
      assertNotNull(found);
      int first = Integer.numberOfTrailingZeros(set);
      assertEquals(first, found.limit(), BY_PRECEDENCE.get(first));
      boolean sharedByClients = first == 2 || first == 5;
      assertEquals(
          new Metered(first >= 6 ? "" : "u", sharedByClients ? "" : "c"),
          found.metered(),
          BY_PRECEDENCE.get(first));
    }
  }

  private static QuotaEntity entity(String path) {
    QuotaEntity entity = QuotaEntity.of(new ConfigEntity(path));
    assertNotNull(entity);
    assertEquals(path, entity.configEntity().path());
    return entity;
  }

  @Test
  void nothingIsMeasuredWithoutALimit() {
    assertFalse(quotas.produce().isActive());
    assertEquals(0, use("u", "c", 1L << 40));
    limit("users/u", 1_000);
    assertTrue(quotas.produce().isActive());
    assertFalse(quotas.fetch().isActive());
    assertEquals(0, use("other", "c", 1L << 40));
    assertEquals(0, quotas.produce().usages().size());
    quotas.configChanged(new ConfigEntity("users/u"), Map.of());
    assertFalse(quotas.produce().isActive());
  }

  /** As long as the window is not full, what is missing counts, so that it allows 10 s at once. */
  @Test
  void howLongAClientIsHeldBack() {
    limit("clients/c", 1_000);
    assertEquals(0, use("u", "c", 10_000));
    assertEquals(1_000, use("u", "c", 1_000));
    assertEquals(1_000, use("another", "c", 0), "a client id's limit is for all users");
    nowMs += 1_500;
    assertEquals(500, use("u", "c", 0), "11000 bytes in 10.5 s");
    nowMs += 9_000;
    assertEquals(500, use("u", "c", 0), "in 10.5 s");
    nowMs += 500;
    assertEquals(0, use("u", "c", 0), "the first sample is too old");
    nowMs += 20_000;
    assertEquals(0, use("u", "c", 10_000));
  }

  @Test
  void usersShareTheirLimitAmongClientIdsAndPairsDoNot() {
    limit("users/u", 1_000);
    limit("users/v/clients/<default>", 1_000);
    assertEquals(0, use("u", "a", 10_000));
    assertTrue(use("u", "b", 10_000) > 0);
    assertEquals(0, use("v", "a", 10_000));
    assertEquals(0, use("v", "b", 10_000));
    assertTrue(use("v", "b", 10_000) > 0);
  }

  @Test
  void oddNames() {
    limit("users/CN%3Da%20b%2C%20O%3D%C3%A4%2A", 1_000);
    limit("clients/%3Cdefault%3E", 1_000);
    assertEquals(0, use("CN=a b, O=\u00e4", "c", 100_000));
    assertTrue(use("CN=a b, O=\u00e4*", "c", 100_000) > 0);
    assertEquals(0, use("u", "default", 100_000));
    assertEquals(0, use("u", "", 100_000));
    assertTrue(use("u", "<default>", 100_000) > 0);
    assertEquals("CN=a b, O=\u00e4*", SanitizedName.original("CN%3Da%20b%2C%20O%3D%C3%A4%2A"));
  }

  @Test
  void whatIsNotANumberIsNoLimit() {
    for (String value : List.of("x", "", "-1", "NaN")) {
      set("users/u", "producer_byte_rate", value);
      assertFalse(quotas.produce().isActive(), value);
    }
    limit("users/u", 0);
    assertEquals(11_000, use("u", "c", 1), "the whole window: nothing at all");
  }

  @Test
  void staticDefaultsHoldForClientIdsWithoutAny() {
    ClientQuotas withDefault =
        new ClientQuotas(QuotaWindow.DEFAULT, QuotaWindow.DEFAULT, () -> nowMs, 1_000, NONE);
    assertTrue(withDefault.produce().record(HandlerCall.from("u", "c"), 100_000) > 0);
    withDefault.configChanged(
        new ConfigEntity("clients/<default>"), Map.of("producer_byte_rate", "1000000"));
    assertEquals(0, withDefault.produce().record(HandlerCall.from("u", "c"), 100_000));
  }

  /** Over a minute a client that does what it is told to has its rate. */
  @Test
  void theRateIsKept() {
    limit("clients/<default>", 50_000);
    long startMs = nowMs;
    long bytes = 0;
    while (nowMs - startMs < 120_000) {
      bytes += 16_384;
      nowMs += use("u", "c", 16_384) + 1;
    }
    double perSecond = bytes * 1_000.0 / (nowMs - startMs);
    assertTrue(perSecond > 49_000 && perSecond < 55_000, perSecond + " bytes a second");
  }

  @Test
  void clientsWithoutEndTakeBoundedRoom() {
    limit("clients/<default>", 1_000);
    for (int i = 0; i < 3 * MeasuredClients.MAX; i++) {
      use("u", "client-" + i, 10);
    }
    assertEquals(MeasuredClients.MAX + 1, quotas.produce().usages().size());
    assertTrue(use("u", "one-more", 1) > 0, "those beyond are measured together");
    nowMs += 11_001;
    assertEquals(0, use("u", "again-one", 1));
    assertEquals(1, quotas.produce().usages().size());
    use("u", "x", 1);
    nowMs += MeasuredClients.IDLE_MAX_MS + 1;
    use("u", "y", 1);
    assertEquals(1, quotas.produce().usages().size());
  }
}
