package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.odradek.broker.config.ConfigChange.Operation;
import org.odradek.controller.znode.ConfigEntity;

/** Changes that a guard takes its time for. */
class ConfigAlterationTest {
  private static final ConfigResource BROKER = new ConfigResource(ConfigResourceType.BROKER, "0");

  private final DynamicConfigs configs =
      new DynamicConfigs(BrokerConfig.of(Map.of("broker.id", "0")), 0);
  private final Map<String, String> stored = new HashMap<>();
  private CompletableFuture<Void> agreed = new CompletableFuture<>();
  private Runnable beforeWriting = () -> {};
  private int asked;
  private int written;

  private final ConfigAlteration alteration =
      new ConfigAlteration(
          configs,
          0,
          new ConfigRepository() {
            @Override
            public CompletableFuture<Map<String, String>> read(ConfigEntity entity) {
              return CompletableFuture.completedFuture(Map.copyOf(stored));
            }

            @Override
            public CompletableFuture<Boolean> replace(
                ConfigEntity entity, Map<String, String> before, Map<String, String> after) {
              beforeWriting.run();
              boolean isAsBelieved = stored.equals(before);
              if (isAsBelieved) {
                stored.clear();
                stored.putAll(after);
              }
              return CompletableFuture.completedFuture(isAsBelieved);
            }
          },
          topic -> true,
          new LoggerLevels() {
            @Override
            public Map<String, String> levels() {
              return Map.of();
            }

            @Override
            public void set(String logger, String level) {}

            @Override
            public void reset(String logger) {}
          });

  ConfigAlterationTest() {
    configs.guard(
        Set.of(SaslKeys.SASL_ENABLED_MECHANISMS),
        new ConfigGuard() {
          @Override
          public CompletableFuture<Void> check(BrokerConfig after) {
            asked++;
            return agreed;
          }

          @Override
          public void written(BrokerConfig after) {
            written++;
          }
        });
  }

  private CompletableFuture<Void> enable(String mechanism) {
    return alteration.change(
        BROKER,
        List.of(
            new ConfigChange("listener.name.l.sasl.enabled.mechanisms", Operation.SET, mechanism)),
        false);
  }

  @Test
  void whatOthersWriteMeanwhileStays() {
    CompletableFuture<Void> done = enable("PLAIN");
    assertFalse(done.isDone());
    stored.put("num.io.threads", "9");
    agreed.complete(null);
    assertTrue(done.isDone() && !done.isCompletedExceptionally());
    assertEquals(
        Map.of("num.io.threads", "9", "listener.name.l.sasl.enabled.mechanisms", "PLAIN"), stored);
    assertEquals(2, asked, "also about what is there now");
    assertEquals(1, written);
  }

  @Test
  void whatOthersWriteInTheLastMomentStaysToo() {
    agreed.complete(null);
    beforeWriting =
        () -> {
          beforeWriting = () -> {};
          stored.put("num.io.threads", "9");
        };
    CompletableFuture<Void> done = enable("PLAIN");
    assertTrue(done.isDone() && !done.isCompletedExceptionally());
    assertEquals(
        Map.of("num.io.threads", "9", "listener.name.l.sasl.enabled.mechanisms", "PLAIN"), stored);
    assertEquals(1, written);
  }

  @Test
  void whereNobodyWritesMeanwhileItIsAskedOnce() {
    CompletableFuture<Void> done = enable("PLAIN");
    agreed.complete(null);
    assertTrue(done.isDone() && !done.isCompletedExceptionally());
    assertEquals(Map.of("listener.name.l.sasl.enabled.mechanisms", "PLAIN"), stored);
    assertEquals(1, asked);
    assertEquals(1, written);
  }

  @Test
  void aRefusalWritesNothingAndHoldsNothingUp() {
    CompletableFuture<Void> refused = enable("PLAIN");
    CompletableFuture<Void> next = enable("GSSAPI");
    CompletableFuture<Void> first = agreed;
    agreed = CompletableFuture.completedFuture(null);
    first.completeExceptionally(new ConfigException("on purpose"));
    assertTrue(refused.isCompletedExceptionally());
    assertTrue(next.isDone() && !next.isCompletedExceptionally());
    assertEquals(Map.of("listener.name.l.sasl.enabled.mechanisms", "GSSAPI"), stored);
  }
}
