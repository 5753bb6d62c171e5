package org.odradek.broker.quota;

import static org.odradek.controller.znode.ConfigEntity.DEFAULT_NAME;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All limits of one kind, and which of them holds for a client. The first one that is set does:
 *
 * <ol>
 *   <li>the user's for the client id, then for its client ids by default, then the user's own
 *   <li>the default user's for the client id, then for client ids by default, then its own
 *   <li>the client id's, then that of client ids by default
 * </ol>
 *
 * <p>Clients share a limit that names neither; a limit by user and client id is one for each such
 * pair, a user's is shared by all its clients, a client id's by all users.
 *
 * <p>Thread-safety: changed by one thread at a time, read by any.
 */
final class QuotaLimits {

  /**
   * Who is measured together.
   *
   * @param user sanitized; empty where users do not matter
   * @param clientId as sent; empty where client ids do not matter
   */
  record Metered(String user, String clientId) {}

  /** The limit that holds, and for whom together. */
  record Applied(Metered metered, double limit) {}

  private final ConcurrentHashMap<QuotaEntity, Double> limits = new ConcurrentHashMap<>();
  private final double fallback;
  private volatile boolean isEmpty;

  /**
   * @param fallback for client ids without any; {@link Double#POSITIVE_INFINITY} for none
   */
  QuotaLimits(double fallback) {
    this.fallback = fallback;
    this.isEmpty = fallback == Double.POSITIVE_INFINITY;
  }

  boolean isEmpty() {
    return isEmpty;
  }

  /** Sets a limit; null takes it away. */
  void set(QuotaEntity entity, @Nullable Double limit) {
    if (limit == null) {
      limits.remove(entity);
    } else {
      limits.put(entity, limit);
    }
    isEmpty = limits.isEmpty() && fallback == Double.POSITIVE_INFINITY;
  }

  /** The limit of a client; null if it has none. */
  @Nullable Applied find(String userName, String clientId) {
    String user = SanitizedName.of(userName);
    String client = SanitizedName.of(clientId);
    Applied found = ofUser(user, user, client, clientId);
    if (found == null) {
      found = ofUser(DEFAULT_NAME, user, client, clientId);
    }
    if (found != null) {
      return found;
    }
    Double limit = limits.get(new QuotaEntity(null, client));
    if (limit == null) {
      limit = limits.get(new QuotaEntity(null, DEFAULT_NAME));
    }
    if (limit == null && fallback != Double.POSITIVE_INFINITY) {
      limit = fallback;
    }
    return limit == null ? null : new Applied(new Metered("", clientId), limit);
  }

  private @Nullable Applied ofUser(
      String limited, String user, String sanitizedClientId, String clientId) {
    Double limit = limits.get(new QuotaEntity(limited, sanitizedClientId));
    if (limit == null) {
      limit = limits.get(new QuotaEntity(limited, DEFAULT_NAME));
    }
    if (limit != null) {
      return new Applied(new Metered(user, clientId), limit);
    }
    limit = limits.get(new QuotaEntity(limited, null));
    return limit == null ? null : new Applied(new Metered(user, ""), limit);
  }
}
