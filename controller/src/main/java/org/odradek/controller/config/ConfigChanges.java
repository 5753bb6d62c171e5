package org.odradek.controller.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.ConfigCodec;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code /config/changes}: all settings once at the start (and in each new session), then
 * those of every entity that a notification names. Notifications older than a quarter of an hour
 * are removed, as Kafka's brokers do.
 *
 * <p>Thread-safety: {@link #start} once; everything else happens on the session's event thread.
 */
public final class ConfigChanges {
  private static final Logger log = LoggerFactory.getLogger(ConfigChanges.class);
  private static final long NOTIFICATION_KEPT_MS = 15 * 60 * 1000L;
  private static final String PREFIX = ZnodePaths.name(ZnodePaths.CONFIG_CHANGE_PREFIX);
  private static final List<String> TYPES = List.of("brokers", "topics", "users", "clients", "ips");

  private final ZooKeeperSession session;
  private final ConfigStore store;
  private final LongSupplier clockMs;
  private final ConfigChangeHandler handler;

  private final Object lock = new Object();
  // guarded by lock: one reading at a time, and one more if something changed meanwhile
  private boolean isReading;
  private boolean readAgain;
  private boolean reloadAll;
  private long lastSequence = -1;

  /** {@code clockMs} is wall clock time, as ZooKeeper's ctime. */
  public ConfigChanges(
      ZooKeeperSession session, LongSupplier clockMs, ConfigChangeHandler handler) {
    this.session = session;
    this.store = new ConfigStore(session);
    this.clockMs = clockMs;
    this.handler = handler;
  }

  /** Completes when the handler has had all settings that are there now. */
  public CompletableFuture<Void> start() {
    synchronized (lock) {
      isReading = true;
    }
    session.subscribe(this::onEvent);
    return readNotifications(true)
        .thenCompose(done -> loadAll())
        .whenComplete((done, failure) -> finishReading(null));
  }

  private void onEvent(SessionEvent event) {
    switch (event) {
      case SessionEvent.ZnodeChildrenChanged(String path) -> {
        if (path.equals(ZnodePaths.CONFIG_CHANGES)) {
          requestReading(false);
        }
      }
      case SessionEvent.Established established -> requestReading(true);
      default -> {}
    }
  }

  private void requestReading(boolean everything) {
    boolean all;
    synchronized (lock) {
      if (isReading) {
        readAgain = true;
        reloadAll |= everything;
        return;
      }
      isReading = true;
      all = everything;
    }
    CompletableFuture<Void> reading =
        all ? readNotifications(true).thenCompose(done -> loadAll()) : readNotifications(false);
    reading.whenComplete((done, failure) -> finishReading(failure));
  }

  private void finishReading(@Nullable Throwable failure) {
    if (failure != null) {
      // A lost session: the next one reads everything again.
      log.warn("config changes could not be read: {}", failure.toString());
    }
    boolean again;
    boolean all;
    synchronized (lock) {
      isReading = false;
      again = readAgain;
      all = reloadAll;
      readAgain = false;
      reloadAll = false;
    }
    if (again) {
      requestReading(all);
    }
  }

  private CompletableFuture<Void> loadAll() {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    for (String type : TYPES) {
      open.add(store.readAll(type).thenAccept(settings -> settings.forEach(this::deliver)));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
  }

  /**
   * Reads the notifications that are new, sets the watch again, and removes old ones. With {@code
   * skip} they are only noted as seen, as everything is loaded afterwards.
   */
  private CompletableFuture<Void> readNotifications(boolean skip) {
    return session
        .children(ZnodePaths.CONFIG_CHANGES, true)
        .thenCompose(names -> {
          List<String> fresh = new ArrayList<>();
          List<String> seen = new ArrayList<>();
          long newest;
          synchronized (lock) {
            newest = skip ? -1 : lastSequence;
            for (String name : names.stream().sorted().toList()) {
              long sequence = sequence(name);
              (skip || sequence <= lastSequence ? seen : fresh).add(name);
              newest = Math.max(newest, sequence);
            }
            lastSequence = newest;
          }
          seen.forEach(this::removeIfOld);
          return readEntities(fresh);
        });
  }

  private static long sequence(String name) {
    try {
      return name.startsWith(PREFIX) ? Long.parseLong(name.substring(PREFIX.length())) : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private CompletableFuture<Void> readEntities(List<String> notifications) {
    List<CompletableFuture<Optional<Znode>>> open = new ArrayList<>();
    for (String name : notifications) {
      open.add(session.readIfPresent(ZnodePaths.CONFIG_CHANGES + "/" + name, false));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenCompose(done -> {
          Set<ConfigEntity> changed = new LinkedHashSet<>();
          for (int i = 0; i < open.size(); i++) {
            String path = ZnodePaths.CONFIG_CHANGES + "/" + notifications.get(i);
            open.get(i).join().ifPresent(znode -> addEntity(changed, path, znode));
          }
          return store
              .readAll(List.copyOf(changed))
              .thenAccept(settings -> settings.forEach(this::deliver));
        });
  }

  private static void addEntity(Set<ConfigEntity> changed, String path, Znode znode) {
    try {
      changed.add(ConfigCodec.decodeChange(path, znode.data()));
    } catch (ZnodeFormatException e) {
      log.warn("ignored a config change notification: {}", e.getMessage());
    }
  }

  private void deliver(ConfigEntity entity, Map<String, String> settings) {
    try {
      handler.configChanged(entity, settings);
    } catch (RuntimeException e) {
      log.error("the configuration of {} could not be applied: {}", entity, settings.keySet(), e);
    }
  }

  private void removeIfOld(String name) {
    String path = ZnodePaths.CONFIG_CHANGES + "/" + name;
    session
        .exists(path, false)
        .thenAccept(stat -> {
          if (stat.isPresent()
              && clockMs.getAsLong() - stat.get().getCtime() > NOTIFICATION_KEPT_MS) {
            // Another broker may have removed it: nothing to do then.
            var unused = session.delete(path, ZnodeOperation.ANY_VERSION);
          }
        });
  }
}
