package org.odradek.broker.authentication;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.quota.SanitizedName;
import org.odradek.controller.config.ConfigChangeHandler;
import org.odradek.controller.znode.ConfigEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SCRAM credentials of users, as {@code /config/users/<user>} has them; a change holds for the
 * next login.
 *
 * <p>Thread-safety: changes come from one thread at a time, everything else from any thread.
 */
public final class UserCredentials implements ConfigChangeHandler, ScramUsers {
  private static final Logger log = LoggerFactory.getLogger(UserCredentials.class);
  private static final String USERS = "users/";

  private final Map<String, Map<ScramHash, ScramCredential>> users = new ConcurrentHashMap<>();
  private final Map<ScramHash, Map<Integer, Integer>> byIterations = new EnumMap<>(ScramHash.class);

  public UserCredentials() {
    for (ScramHash hash : ScramHash.values()) {
      byIterations.put(hash, new ConcurrentHashMap<>());
    }
  }

  @Override
  public void configChanged(ConfigEntity entity, Map<String, String> settings) {
    String user = userName(entity);
    if (user == null) {
      return;
    }
    Map<ScramHash, ScramCredential> credentials = new EnumMap<>(ScramHash.class);
    for (ScramHash hash : ScramHash.values()) {
      String text = settings.get(hash.mechanism());
      if (text != null) {
        try {
          credentials.put(hash, ScramCredential.parse(text));
        } catch (IllegalArgumentException e) {
          log.error(
              "The {} credential of {} in ZooKeeper cannot be read, so nobody can log in by it;"
                  + " set it again (kafka-configs): {}",
              hash.mechanism(),
              entity,
              e.getMessage());
        }
      }
    }
    Map<ScramHash, ScramCredential> before =
        credentials.isEmpty() ? users.remove(user) : users.put(user, Map.copyOf(credentials));
    count(before == null ? Map.of() : before, -1);
    count(credentials, 1);
  }

  private void count(Map<ScramHash, ScramCredential> credentials, int more) {
    credentials.forEach((hash, credential) ->
        usersByIterations(hash)
            .merge(
                credential.iterations(),
                more,
                (count, change) -> count + change == 0 ? null : count + change));
  }

  @Override
  public Map<Integer, Integer> usersByIterations(ScramHash hash) {
    return Objects.requireNonNull(byIterations.get(hash));
  }

  /** Null for what is not a user, or is all of them. */
  private static @Nullable String userName(ConfigEntity entity) {
    if (!entity.path().startsWith(USERS)) {
      return null;
    }
    String name = entity.path().substring(USERS.length());
    if (name.indexOf('/') >= 0 || name.equals(ConfigEntity.DEFAULT_NAME)) {
      return null; // clients of a user, or quotas of users without their own
    }
    try {
      return SanitizedName.original(name);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public @Nullable ScramCredential find(String user, ScramHash hash) {
    Map<ScramHash, ScramCredential> credentials = users.get(user);
    return credentials == null ? null : credentials.get(hash);
  }

  /** The credentials of one user, empty for one who has none. */
  Map<ScramHash, ScramCredential> of(String user) {
    return users.getOrDefault(user, Map.of());
  }

  /** All users that have one, in the order of their names. */
  Map<String, Map<ScramHash, ScramCredential>> all() {
    return new TreeMap<>(users);
  }
}
