package org.odradek.controller.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.ConfigCodec;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and writes {@code /config/<type>/<name>}. Thread-safety: any thread, nothing blocks. */
public final class ConfigStore {
  private static final Logger log = LoggerFactory.getLogger(ConfigStore.class);
  private static final Set<String> SECRET_TYPES = Set.of("users", "brokers");
  private static final String CLIENTS_OF_USER = "clients";

  /** Each failed try means that somebody else's change of the same settings succeeded. */
  private static final int TRIES_MAX = 50;

  private final ZooKeeperSession session;

  public ConfigStore(ZooKeeperSession session) {
    this.session = session;
  }

  /**
   * The settings made for an entity; empty when there are none. A broker that makes the log of a
   * new partition reads those of its topic first: creating a topic sends no change notification.
   *
   * <p>A node that cannot be understood counts as empty, as it does for Kafka: one spoilt entity
   * must not keep all others from being read.
   */
  public CompletableFuture<Map<String, String>> read(ConfigEntity entity) {
    return session
        .readIfPresent(ZnodePaths.config(entity), false)
        .thenApply((Optional<Znode> existing) -> settings(entity, existing));
  }

  private static Map<String, String> decode(ConfigEntity entity, byte @Nullable [] data) {
    try {
      return ConfigCodec.decode(entity, data);
    } catch (ZnodeFormatException e) {
      log.error(
          "The settings of {} cannot be read, so none are in force; write them again"
              + " (kafka-configs): {}",
          entity.path(),
          SECRET_TYPES.contains(entity.type())
              ? "they are malformed, and not shown, as they may hold secrets"
              : e.getMessage());
      return Map.of();
    }
  }

  /** Those of several entities, in one round trip; entities without a node have an empty map. */
  public CompletableFuture<Map<ConfigEntity, Map<String, String>>> readAll(
      List<ConfigEntity> entities) {
    Map<ConfigEntity, CompletableFuture<Map<String, String>>> open = new LinkedHashMap<>();
    entities.forEach(entity -> open.put(entity, read(entity)));
    return CompletableFuture.allOf(open.values().toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          Map<ConfigEntity, Map<String, String>> all = new LinkedHashMap<>();
          open.forEach((entity, settings) -> all.put(entity, settings.join()));
          return all;
        });
  }

  /**
   * All entities of a type ({@code topics}, {@code brokers}, {@code users}, {@code clients}, {@code
   * ips}) with their settings; those of a user's clients are among the users.
   */
  public CompletableFuture<Map<ConfigEntity, Map<String, String>>> readAll(String type) {
    return childrenOrNone(ZnodePaths.CONFIG + "/" + type)
        .thenCompose(names -> {
          List<ConfigEntity> entities = new ArrayList<>();
          for (String name : names) {
            entities.add(new ConfigEntity(type + "/" + name));
          }
          return type.equals("users")
              ? withClientsOfUsers(entities)
              : CompletableFuture.completedFuture(entities);
        })
        .thenCompose(this::readAll);
  }

  private CompletableFuture<List<ConfigEntity>> withClientsOfUsers(List<ConfigEntity> users) {
    List<CompletableFuture<List<ConfigEntity>>> open = new ArrayList<>();
    for (ConfigEntity user : users) {
      String clients = user.path() + "/" + CLIENTS_OF_USER;
      open.add(
          childrenOrNone(ZnodePaths.CONFIG + "/" + clients)
              .thenApply(names ->
                  names.stream().map(name -> new ConfigEntity(clients + "/" + name)).toList()));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          List<ConfigEntity> all = new ArrayList<>(users);
          open.forEach(clients -> all.addAll(clients.join()));
          return all;
        });
  }

  private CompletableFuture<List<String>> childrenOrNone(String path) {
    return session
        .children(path, false)
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NONODE
                ? CompletableFuture.completedFuture(List.of())
                : CompletableFuture.failedFuture(failure));
  }

  /**
   * Replaces all settings of an entity, if they are what whoever asks believes, and tells every
   * broker, in one transaction. With no settings left the node stays, holding an empty map, as
   * Kafka's tools leave it.
   *
   * @param before what was read; others may have written since then
   * @return whether they were replaced; if not, nothing is written; fails with {@link
   *     ConfigContentionException} as {@link #change} does
   */
  public CompletableFuture<Boolean> replace(
      ConfigEntity entity, Map<String, String> before, Map<String, String> after) {
    return replace(entity, before, after, 1);
  }

  private CompletableFuture<Boolean> replace(
      ConfigEntity entity, Map<String, String> before, Map<String, String> after, int attempt) {
    return session
        .readIfPresent(ZnodePaths.config(entity), false)
        .thenCompose((Optional<Znode> existing) ->
            settings(entity, existing).equals(before)
                ? write(entity, existing, after).thenApply(done -> true)
                : CompletableFuture.completedFuture(false))
        .exceptionallyCompose(failure ->
            prepareAnotherTry(entity, failure, attempt)
                .thenCompose(done -> replace(entity, before, after, attempt + 1)));
  }

  /**
   * Changes some settings of an entity and leaves the others as they are, whoever else changes them
   * at the same time. A failure of {@code change} fails the future, and nothing is written; nor is
   * it when others are faster 50 times in a row, which fails it with {@link
   * ConfigContentionException}.
   *
   * @param change gives what is to be set, from what is set; may be called more than once
   */
  public CompletableFuture<Void> change(
      ConfigEntity entity, UnaryOperator<Map<String, String>> change) {
    return change(entity, change, 1);
  }

  private CompletableFuture<Void> change(
      ConfigEntity entity, UnaryOperator<Map<String, String>> change, int attempt) {
    return session
        .readIfPresent(ZnodePaths.config(entity), false)
        .thenCompose((Optional<Znode> existing) ->
            write(entity, existing, change.apply(settings(entity, existing))))
        .exceptionallyCompose(failure ->
            prepareAnotherTry(entity, failure, attempt)
                .thenCompose(done -> change(entity, change, attempt + 1)));
  }

  private static Map<String, String> settings(ConfigEntity entity, Optional<Znode> existing) {
    return existing.map(found -> decode(entity, found.data())).orElse(Map.of());
  }

  /** Fails where somebody else has written, made or removed the node since it was read. */
  private CompletableFuture<Void> write(
      ConfigEntity entity, Optional<Znode> existing, Map<String, String> settings) {
    byte[] data = ConfigCodec.encode(settings);
    String path = ZnodePaths.config(entity);
    return session
        .multi(
            List.of(
                existing.isPresent()
                    ? new ZnodeOperation.Write(path, data, existing.get().stat().getVersion())
                    : new ZnodeOperation.Create(path, data, CreateMode.PERSISTENT),
                new ZnodeOperation.Create(
                    ZnodePaths.CONFIG_CHANGE_PREFIX,
                    ConfigCodec.encodeChange(entity),
                    CreateMode.PERSISTENT_SEQUENTIAL)))
        .thenAccept(done -> {});
  }

  /**
   * After a node that came, went or changed between reading and writing, or has no parent yet; each
   * time somebody else has got on with his change. Fails where another try would not help, and
   * after the last one.
   */
  private CompletableFuture<Void> prepareAnotherTry(
      ConfigEntity entity, Throwable failure, int attempt) {
    KeeperException.Code code = Failures.code(failure);
    if (code != KeeperException.Code.NODEEXISTS
        && code != KeeperException.Code.BADVERSION
        && code != KeeperException.Code.NONODE) {
      return CompletableFuture.failedFuture(failure);
    }
    if (attempt >= TRIES_MAX) {
      return CompletableFuture.failedFuture(
          new ConfigContentionException(entity, attempt, failure));
    }
    return code == KeeperException.Code.NONODE
        ? createParents(entity)
        : CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> createParents(ConfigEntity entity) {
    String path = ZnodePaths.config(entity);
    CompletableFuture<Void> made = CompletableFuture.completedFuture(null);
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      String parent = path.substring(0, slash);
      made = made.thenCompose(done -> createUnlessThere(parent));
    }
    return made.thenCompose(done -> createUnlessThere(ZnodePaths.CONFIG_CHANGES));
  }

  private CompletableFuture<Void> createUnlessThere(String path) {
    return session
        .create(path, null, CreateMode.PERSISTENT)
        .thenAccept(done -> {})
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NODEEXISTS
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure));
  }
}
