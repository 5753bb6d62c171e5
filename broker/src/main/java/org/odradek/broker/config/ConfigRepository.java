package org.odradek.broker.config;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.ConfigEntity;

/** Where the settings of topics and brokers are kept: ZooKeeper, in a running broker. */
public interface ConfigRepository {

  /** What is set for an entity; empty for nothing. */
  CompletableFuture<Map<String, String>> read(ConfigEntity entity);

  /**
   * Sets {@code after} and nothing else for an entity, and tells all brokers, if {@code before} is
   * what is set.
   *
   * @return whether it was; if not, somebody else has written since it was read
   */
  CompletableFuture<Boolean> replace(
      ConfigEntity entity, Map<String, String> before, Map<String, String> after);
}
