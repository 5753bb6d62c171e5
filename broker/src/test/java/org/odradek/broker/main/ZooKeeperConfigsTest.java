package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.ApiException;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.ErrorCode;

class ZooKeeperConfigsTest {
  private static final ConfigEntity ALICE = new ConfigEntity("users/alice");

  /** A ZooKeeper without any node, whose transactions all fail. */
  private static ZooKeeperConfigs failing(KeeperException.Code code) {
    Object session =
        Proxy.newProxyInstance(
            ZooKeeperSession.class.getClassLoader(),
            new Class<?>[] {ZooKeeperSession.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "readIfPresent" -> CompletableFuture.completedFuture(Optional.empty());
                  case "multi" -> CompletableFuture.failedFuture(KeeperException.create(code));
                  default -> throw new UnsupportedOperationException(method.getName());
                });
    return new ZooKeeperConfigs(new ConfigStore((ZooKeeperSession) session));
  }

  private static Throwable failure(CompletableFuture<?> failed) {
    CompletionException failure = assertThrows(CompletionException.class, failed::join);
    Throwable cause = failure.getCause();
    return cause == null ? failure : cause;
  }

  @Test
  void whomOthersKeepOvertakingIsToldToTryAgain() {
    ZooKeeperConfigs configs = failing(KeeperException.Code.NODEEXISTS);
    for (CompletableFuture<?> written :
        new CompletableFuture<?>[] {
          configs.change(ALICE, before -> Map.of("a", "1")),
          configs.replace(ALICE, Map.of(), Map.of("a", "1"))
        }) {
      ApiException told = assertInstanceOf(ApiException.class, failure(written));
      assertEquals(ErrorCode.REQUEST_TIMED_OUT, told.code());
      String message = String.valueOf(told.getMessage());
      assertTrue(message.contains("users/alice") && message.contains("try again"), message);
    }
  }

  @Test
  void otherFailuresStayWhatTheyAre() {
    ZooKeeperConfigs configs = failing(KeeperException.Code.SESSIONEXPIRED);
    assertInstanceOf(
        KeeperException.SessionExpiredException.class,
        failure(configs.change(ALICE, before -> Map.of("a", "1"))));
  }
}
