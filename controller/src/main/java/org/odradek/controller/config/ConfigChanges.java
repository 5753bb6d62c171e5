package org.odradek.controller.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.ConfigCodec;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ChangeNotifications;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code /config/changes}: all settings once at the start (and in each new session), then
 * those of every entity that a notification names; see {@link ChangeNotifications}.
 *
 * <p>Thread-safety: {@link #start} once; everything else happens on the session's event thread.
 */
public final class ConfigChanges {
  private static final Logger log = LoggerFactory.getLogger(ConfigChanges.class);
  private static final List<String> TYPES = List.of("brokers", "topics", "users", "clients", "ips");

  private final ConfigStore store;
  private final ConfigChangeHandler handler;
  private final ChangeNotifications notifications;

  /**
   * @param clockMs wall clock time, as ZooKeeper's ctime
   * @param timer when to read again what could not be read
   */
  public ConfigChanges(
      ZooKeeperSession session,
      LongSupplier clockMs,
      ChangeNotifications.Timer timer,
      ConfigChangeHandler handler) {
    this.store = new ConfigStore(session);
    this.handler = handler;
    this.notifications =
        new ChangeNotifications(
            session, ZnodePaths.CONFIG_CHANGE_PREFIX, clockMs, timer, new AllSettings());
  }

  /** Completes when the handler has had all settings that are there now. */
  public CompletableFuture<Void> start() {
    return notifications.start();
  }

  private final class AllSettings implements ChangeNotifications.Follower {
    @Override
    public CompletableFuture<Void> loadAll() {
      List<CompletableFuture<Void>> open = new ArrayList<>();
      for (String type : TYPES) {
        open.add(store.readAll(type).thenAccept(settings -> settings.forEach(this::deliver)));
      }
      return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
    }

    @Override
    public CompletableFuture<Void> changed(String path, byte @Nullable [] notification) {
      ConfigEntity entity;
      try {
        entity = ConfigCodec.decodeChange(path, notification);
      } catch (ZnodeFormatException e) {
        log.warn("ignored a config change notification: {}", e.getMessage());
        return CompletableFuture.completedFuture(null);
      }
      return store.read(entity).thenAccept(settings -> deliver(entity, settings));
    }

    private void deliver(ConfigEntity entity, Map<String, String> settings) {
      try {
        handler.configChanged(entity, settings);
      } catch (RuntimeException e) {
        log.error("the configuration of {} could not be applied: {}", entity, settings.keySet(), e);
      }
    }
  }
}
