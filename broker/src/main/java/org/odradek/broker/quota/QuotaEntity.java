package org.odradek.broker.quota;

import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.ConfigEntity;

/**
 * Whose quota it is: a user's, a client id's, or that of a client id of a user. Each can be {@link
 * ConfigEntity#DEFAULT_NAME}, for all that have none of their own.
 *
 * @param user sanitized; null where the quota is a client id's, whoever the user is
 * @param clientId sanitized; null where the quota is a user's, all client ids together
 */
public record QuotaEntity(@Nullable String user, @Nullable String clientId) {
  private static final String USERS = "users";
  private static final String CLIENTS = "clients";

  public QuotaEntity {
    if (user == null && clientId == null) {
      throw new IllegalArgumentException("a quota of nobody");
    }
  }

  /** Null for what has no quotas of clients: topics, brokers, addresses. */
  public static @Nullable QuotaEntity of(ConfigEntity entity) {
    String[] names = entity.path().split("/", -1);
    if (names.length == 2 && names[0].equals(USERS)) {
      return new QuotaEntity(names[1], null);
    }
    if (names.length == 2 && names[0].equals(CLIENTS)) {
      return new QuotaEntity(null, names[1]);
    }
    if (names.length == 4 && names[0].equals(USERS) && names[2].equals(CLIENTS)) {
      return new QuotaEntity(names[1], names[3]);
    }
    return null;
  }

  /** Where its settings are. */
  public ConfigEntity configEntity() {
    if (user == null) {
      return new ConfigEntity(CLIENTS + "/" + clientId);
    }
    return new ConfigEntity(
        USERS + "/" + user + (clientId == null ? "" : "/" + CLIENTS + "/" + clientId));
  }
}
