package org.odradek.broker.quota;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ErrorCode;

/**
 * Whose quotas they are, as requests name it: by a user, a client id, both, or an address; each by
 * name or by default.
 *
 * @param names sanitized name or {@link ConfigEntity#DEFAULT_NAME} by type
 */
record NamedEntity(Map<String, String> names) {
  static final String USER = "user";
  static final String CLIENT_ID = "client-id";
  static final String IP = "ip";

  /** All types that there are. */
  static final Set<String> TYPES = Set.of(USER, CLIENT_ID, IP);

  private static final String ADDRESSES = "ips";

  /** Takes a type and its name as sent, null for the default. */
  static final class Builder {
    private final Map<String, String> names = new LinkedHashMap<>();

    /**
     * @throws ApiException INVALID_REQUEST for an unknown type, one named twice, or an empty name
     */
    Builder add(String type, @Nullable String name) {
      if (!TYPES.contains(type)) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST,
            "'"
                + type
                + "' is no type of entity that has quotas; those are user, client-id and ip");
      }
      if (name != null && name.isEmpty()) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST, "The name of the entity of type " + type + " is empty");
      }
      if (type.equals(IP) && name != null && !isAddress(name)) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST, "'" + name + "' is no address, such as 10.0.0.1");
      }
      if (names.put(type, sanitized(type, name)) != null) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST, "The entity type " + type + " is named twice");
      }
      return this;
    }

    /**
     * @throws ApiException INVALID_REQUEST for types that do not go together, or none
     */
    NamedEntity build() {
      if (names.isEmpty()) {
        throw new ApiException(ErrorCode.INVALID_REQUEST, "A quota of nobody: no entity is named");
      }
      if (names.size() > 1 && names.containsKey(IP)) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST,
            "An address has quotas of its own, not with a user or client id");
      }
      return new NamedEntity(names);
    }
  }

  private static boolean isAddress(String name) {
    try {
      return !InetAddress.ofLiteral(name).isAnyLocalAddress();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static String sanitized(String type, @Nullable String name) {
    if (name == null) {
      return ConfigEntity.DEFAULT_NAME;
    }
    return type.equals(IP) ? name : SanitizedName.of(name);
  }

  /** Null for what has no quotas. */
  static @Nullable NamedEntity of(ConfigEntity entity) {
    String address = address(entity);
    if (address != null) {
      return new NamedEntity(Map.of(IP, address));
    }
    QuotaEntity client = QuotaEntity.of(entity);
    if (client == null) {
      return null;
    }
    Map<String, String> names = new LinkedHashMap<>();
    if (client.user() != null) {
      names.put(USER, client.user());
    }
    if (client.clientId() != null) {
      names.put(CLIENT_ID, client.clientId());
    }
    return new NamedEntity(names);
  }

  /** The name of an address, if it is one. */
  static @Nullable String address(ConfigEntity entity) {
    return entity.type().equals(ADDRESSES) ? entity.path().substring(ADDRESSES.length() + 1) : null;
  }

  /** Where its settings are. */
  ConfigEntity configEntity() {
    String address = names.get(IP);
    return address != null
        ? new ConfigEntity(ADDRESSES + "/" + address)
        : new QuotaEntity(names.get(USER), names.get(CLIENT_ID)).configEntity();
  }

  boolean isAddress() {
    return names.containsKey(IP);
  }

  /** The name of a type as it is sent; null for the default. */
  @Nullable String nameToSend(String type) {
    String name = names.get(type);
    if (name == null || name.equals(ConfigEntity.DEFAULT_NAME)) {
      return null;
    }
    if (type.equals(IP)) {
      return name;
    }
    try {
      return SanitizedName.original(name);
    } catch (IllegalArgumentException e) {
      return name; // written by somebody who did not sanitize it
    }
  }
}
