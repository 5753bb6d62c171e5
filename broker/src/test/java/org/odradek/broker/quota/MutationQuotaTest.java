package org.odradek.broker.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.HandlerCall;
import org.odradek.broker.api.Responder;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.message.CreateTopicsResponse;

final class MutationQuotaTest {
  private long nowMs = 1_000_000;
  private final ClientQuotas quotas =
      new ClientQuotas(
          QuotaWindow.DEFAULT,
          QuotaWindow.DEFAULT,
          () -> nowMs,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY);
  private final MutationQuota quota = quotas.mutations();
  private final Held held = new Held();

  private static final class Held implements Responder<CreateTopicsResponse> {
    private int throttledMs;

    @Override
    public void complete(CreateTopicsResponse response) {}

    @Override
    public void completeWithoutResponse() {}

    @Override
    public void closeConnection(String reason) {}

    @Override
    public void throttle(int forMs) {
      throttledMs = forMs;
    }
  }

  /** Two partitions a second, and 22 at once. */
  @BeforeEach
  void limit() {
    quotas.configChanged(new ConfigEntity("users/u"), Map.of("controller_mutation_rate", "2"));
  }

  private MutationQuota.Charge charge(boolean strict) {
    return quota.charge(HandlerCall.from("u", "c"), strict);
  }

  @Test
  void whoKnowsTheErrorIsRefusedWhileThereIsADebt() {
    MutationQuota.Charge first = charge(true);
    assertTrue(first.test(20));
    assertTrue(first.test(8), "a bucket that is not empty can be overdrawn");
    assertEquals(0, first.throttle(held), "nothing was refused");
    MutationQuota.Charge second = charge(true);
    assertFalse(second.test(1));
    assertFalse(second.test(1));
    assertEquals(3_000, second.throttle(held));
    assertEquals(3_000, held.throttledMs);
    nowMs += 2_999;
    assertFalse(charge(true).test(1));
    nowMs += 1;
    assertTrue(charge(true).test(1));
  }

  @Test
  void whoDoesNotKnowTheErrorIsHeldBackAfterwards() {
    MutationQuota.Charge first = charge(false);
    assertTrue(first.test(22));
    assertEquals(0, first.throttle(held));
    MutationQuota.Charge second = charge(false);
    assertTrue(second.test(4));
    assertEquals(2_000, second.throttle(held));
    assertTrue(charge(false).test(4));
    assertEquals(0, charge(false).throttle(held), "a request that changes nothing");
  }

  @Test
  void theMetricTellsWhatIsLeft() {
    TokenBucket bucket = new TokenBucket(11, new ClientUsage(11, 1_000, nowMs), nowMs);
    bucket.take(28, 2, nowMs);
    assertEquals(-6, bucket.tokens(nowMs));
    assertEquals(-4, bucket.tokens(nowMs + 1_000));
    assertEquals(22, bucket.tokens(nowMs + 60_000), "no more than the burst");
  }

  @Test
  void othersAreFree() {
    MutationQuota.Charge other = quota.charge(HandlerCall.from("v", "c"), true);
    assertTrue(other.test(1_000_000));
    assertTrue(other.test(1_000_000));
    assertEquals(0, other.throttle(held));
    assertEquals(0, quota.buckets().size());
  }
}
