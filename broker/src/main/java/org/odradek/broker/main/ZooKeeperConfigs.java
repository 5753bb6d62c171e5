package org.odradek.broker.main;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.config.ConfigRepository;
import org.odradek.broker.quota.QuotaRepository;
import org.odradek.controller.config.ConfigContentionException;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ErrorCode;

/** Settings of topics, brokers, users, clients and addresses in ZooKeeper. */
record ZooKeeperConfigs(ConfigStore store) implements ConfigRepository, QuotaRepository {

  @Override
  public CompletableFuture<Map<String, String>> read(ConfigEntity entity) {
    return store.read(entity);
  }

  @Override
  public CompletableFuture<Map<ConfigEntity, Map<String, String>>> readAll(String type) {
    return store.readAll(type);
  }

  @Override
  public CompletableFuture<Boolean> replace(
      ConfigEntity entity, Map<String, String> before, Map<String, String> after) {
    return answerable(store.replace(entity, before, after));
  }

  @Override
  public CompletableFuture<Void> change(
      ConfigEntity entity, UnaryOperator<Map<String, String>> change) {
    return answerable(store.change(entity, change));
  }

  /** Kafka has no code of its own for changes that others keep overtaking. */
  private static <T> CompletableFuture<T> answerable(CompletableFuture<T> written) {
    return written.exceptionallyCompose(failure ->
        CompletableFuture.failedFuture(
            Failures.cause(failure) instanceof ConfigContentionException overtaken
                ? new ApiException(
                    ErrorCode.REQUEST_TIMED_OUT, String.valueOf(overtaken.getMessage()))
                : failure));
  }
}
