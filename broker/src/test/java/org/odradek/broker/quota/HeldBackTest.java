package org.odradek.broker.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.HandlerCall;
import org.odradek.broker.api.Responder;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.message.ProduceResponse;

class HeldBackTest {
  /** Takes whatever comes. */
  private static final class Ignoring implements Responder<ProduceResponse> {
    @Override
    public void complete(ProduceResponse response) {}

    @Override
    public void completeWithoutResponse() {}

    @Override
    public void closeConnection(String reason) {}

    @Override
    public void throttle(int forMs) {}
  }

  @Test
  void eachCountsUntilItsTimeIsOver() {
    HeldBack heldBack = new HeldBack();
    assertEquals(0, heldBack.count(1_000));
    heldBack.add(1_000, 500);
    heldBack.add(1_000, 200);
    heldBack.add(1_100, 300);
    assertEquals(3, heldBack.count(1_199));
    assertEquals(2, heldBack.count(1_200));
    assertEquals(1, heldBack.count(1_499));
    assertEquals(0, heldBack.count(1_500));
  }

  @Test
  void thereAreNeverTooMany() {
    HeldBack heldBack = new HeldBack();
    for (int i = 0; i < HeldBack.MAX + 10; i++) {
      heldBack.add(0, 1_000);
    }
    assertEquals(HeldBack.MAX, heldBack.count(0));
    heldBack.add(1_000, 1_000);
    assertEquals(1, heldBack.count(1_000));
  }

  @Test
  void eachKindOfQuotaCountsItsOwn() {
    long[] nowMs = {1_000_000};
    double none = Double.POSITIVE_INFINITY;
    ClientQuotas quotas =
        new ClientQuotas(QuotaWindow.DEFAULT, QuotaWindow.DEFAULT, () -> nowMs[0], none, none);
    quotas.configChanged(new ConfigEntity("clients/c"), Map.of("producer_byte_rate", "10"));
    int throttleMs = quotas.produce().charge(HandlerCall.from("u", "c"), 1_000, new Ignoring());
    assertEquals(1, quotas.heldBack(QuotaKind.PRODUCE));
    assertEquals(0, quotas.heldBack(QuotaKind.FETCH));
    assertEquals(0, quotas.heldBack(QuotaKind.REQUEST));
    assertEquals(0, quotas.heldBack(QuotaKind.CONTROLLER_MUTATION));
    nowMs[0] += throttleMs - 1;
    assertEquals(1, quotas.heldBack(QuotaKind.PRODUCE));
    nowMs[0]++;
    assertEquals(0, quotas.heldBack(QuotaKind.PRODUCE));
  }
}
