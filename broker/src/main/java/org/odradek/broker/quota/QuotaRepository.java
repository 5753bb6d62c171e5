package org.odradek.broker.quota;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.odradek.controller.znode.ConfigEntity;

/** Where the settings of users, clients and addresses are kept: ZooKeeper, in a running broker. */
public interface QuotaRepository {

  /** What is set for an entity; empty for nothing. */
  CompletableFuture<Map<String, String>> read(ConfigEntity entity);

  /** All entities of a type ({@code users}, {@code clients}, {@code ips}), and what is set. */
  CompletableFuture<Map<ConfigEntity, Map<String, String>>> readAll(String type);

  /**
   * Changes some settings of an entity, leaves the others as they are (a user has credentials among
   * them), and tells all brokers.
   *
   * @param change gives what is to be set, from what is set; may be called more than once
   */
  CompletableFuture<Void> change(ConfigEntity entity, UnaryOperator<Map<String, String>> change);
}
