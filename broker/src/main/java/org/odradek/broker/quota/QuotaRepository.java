package org.odradek.broker.quota;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.ConfigEntity;

/** Where the settings of users, clients and addresses are kept: ZooKeeper, in a running broker. */
public interface QuotaRepository {

  /** What is set for an entity; empty for nothing. */
  CompletableFuture<Map<String, String>> read(ConfigEntity entity);

  /** All entities of a type ({@code users}, {@code clients}, {@code ips}), and what is set. */
  CompletableFuture<Map<ConfigEntity, Map<String, String>>> readAll(String type);

  /** Sets this and nothing else for an entity, and tells all brokers. */
  CompletableFuture<Void> write(ConfigEntity entity, Map<String, String> settings);
}
