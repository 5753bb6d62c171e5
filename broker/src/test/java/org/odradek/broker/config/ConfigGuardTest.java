package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.broker.config.ConfigHandlersTest.Fixture;
import org.odradek.protocol.ErrorCode;

class ConfigGuardTest {
  private static final byte BROKER = ConfigResourceType.BROKER.id();

  private final Fixture fixture = new Fixture();
  private final List<String> heard = new ArrayList<>();
  private CompletableFuture<Void> agreement = CompletableFuture.completedFuture(null);

  @BeforeEach
  void guardConnections() {
    fixture.configs.guard(Set.of(NetworkKeys.MAX_CONNECTIONS), guard("first"));
    fixture.configs.guard(Set.of(NetworkKeys.MAX_CONNECTIONS), guard("second"));
  }

  private ConfigGuard guard(String name) {
    return new ConfigGuard() {
      @Override
      public CompletableFuture<Void> check(BrokerConfig after) {
        heard.add(name + " asked of " + after.value(NetworkKeys.MAX_CONNECTIONS) + stored());
        return agreement;
      }

      @Override
      public void written(BrokerConfig after) {
        heard.add(name + " told of " + after.value(NetworkKeys.MAX_CONNECTIONS) + stored());
      }
    };
  }

  private String stored() {
    return " over " + fixture.stored("brokers/0");
  }

  @Test
  void allAreAskedBeforeAChangeIsWrittenAndToldAfterwards() {
    fixture.change(BROKER, "0", "set max.connections 7").isDone();
    assertEquals(
        List.of(
            "first asked of 7 over {}",
            "second asked of 7 over {}",
            "first told of 7 over {max.connections=7}",
            "second told of 7 over {max.connections=7}"),
        heard);
  }

  @Test
  void theSameValueAgainIsAskedAboutTooAndSoIsAListenersOwn() {
    fixture.change(BROKER, "0", "set max.connections 7").isDone();
    heard.clear();
    fixture.change(BROKER, "0", "set max.connections 7").isDone();
    assertEquals(4, heard.size(), heard::toString);
    fixture.change(BROKER, "0", "set listener.name.x.max.connections 8").isDone();
    assertEquals(8, heard.size(), heard::toString);
  }

  @Test
  void whatIsRefusedIsNotWrittenAndNobodyElseIsAsked() {
    agreement = CompletableFuture.failedFuture(new ConfigException("on purpose"));
    Fixture.Outcome refused = fixture.change(BROKER, "0", "set max.connections 7");
    assertEquals(ErrorCode.INVALID_REQUEST, refused.code(), refused::toString);
    assertEquals(List.of("first asked of 7 over {}"), heard);
    assertEquals(Map.of(), fixture.repository);
    agreement = CompletableFuture.completedFuture(null);
    fixture.change(BROKER, "0", "set max.connections 8").isDone();
    assertEquals(Map.of("max.connections", "8"), fixture.stored("brokers/0"));
  }

  @Test
  void whatIsOnlyValidatedIsAskedAboutAndNotTold() {
    fixture.validateOnly = true;
    fixture.change(BROKER, "0", "set max.connections 7").isDone();
    assertEquals(List.of("first asked of 7 over {}", "second asked of 7 over {}"), heard);
    assertEquals(Map.of(), fixture.repository);
  }

  @Test
  void otherKeysAreNobodysConcern() {
    fixture.change(BROKER, "0", "set log.retention.ms 7").isDone();
    assertEquals(List.of(), heard);
  }
}
