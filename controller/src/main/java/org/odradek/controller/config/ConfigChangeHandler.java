package org.odradek.controller.config;

import java.util.Map;
import org.odradek.controller.znode.ConfigEntity;

/** Takes the settings of an entity, at start-up and whenever they have changed. */
@FunctionalInterface
public interface ConfigChangeHandler {

  /**
   * @param settings all that is set for the entity now; empty when nothing is. Called on the
   *     ZooKeeper client's event thread, so it must not block; the same settings may come twice.
   */
  void configChanged(ConfigEntity entity, Map<String, String> settings);
}
