package org.odradek.broker.main;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.odradek.broker.config.ConfigRepository;
import org.odradek.broker.quota.QuotaRepository;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.znode.ConfigEntity;

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
    return store.replace(entity, before, after);
  }

  @Override
  public CompletableFuture<Void> change(
      ConfigEntity entity, UnaryOperator<Map<String, String>> change) {
    return store.change(entity, change);
  }
}
