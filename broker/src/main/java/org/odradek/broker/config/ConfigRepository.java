package org.odradek.broker.config;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.ConfigEntity;

/** Where the settings of topics and brokers are kept: ZooKeeper, in a running broker. */
public interface ConfigRepository {

  /** What is set for an entity; empty for nothing. */
  CompletableFuture<Map<String, String>> read(ConfigEntity entity);

  /** Sets this and nothing else for an entity, and tells all brokers. */
  CompletableFuture<Void> write(ConfigEntity entity, Map<String, String> settings);
}
