package org.odradek.broker.quota;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.DescribeClientQuotasRequest;
import org.odradek.protocol.message.DescribeClientQuotasRequest.ComponentData;

/**
 * Which entities a request asks for: those that match all components and, if {@code strict}, have
 * no others.
 *
 * @param names by type: the sanitized name, the default's, or null for any
 */
record QuotaFilter(Map<String, @Nullable String> names, boolean strict) {
  private static final byte EXACT = 0;
  private static final byte DEFAULT = 1;
  private static final byte ANY = 2;

  /**
   * @throws ApiException INVALID_REQUEST; UNSUPPORTED_VERSION for types of entities that are not
   *     there (yet), as Kafka answers
   */
  static QuotaFilter of(DescribeClientQuotasRequest request) {
    Map<String, @Nullable String> names = new LinkedHashMap<>();
    for (ComponentData component : request.components()) {
      String type = component.entityType();
      if (type.isEmpty()) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST, "A component of the filter has an empty entity type");
      }
      if (!NamedEntity.TYPES.contains(type)) {
        throw new ApiException(
            ErrorCode.UNSUPPORTED_VERSION, "There are no quotas of the entity type '" + type + "'");
      }
      if (names.containsKey(type)) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST, "The filter names the entity type " + type + " twice");
      }
      names.put(type, name(component));
    }
    if (names.size() > 1 && names.containsKey(NamedEntity.IP)) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "No entity has both an address and a user or client id, which the filter asks for");
    }
    return new QuotaFilter(names, request.strict());
  }

  private static @Nullable String name(ComponentData component) {
    String match = component.match();
    return switch (component.matchType()) {
      case EXACT -> {
        if (match == null) {
          throw new ApiException(
              ErrorCode.INVALID_REQUEST,
              "The filter wants an exact " + component.entityType() + ", but names none");
        }
        yield NamedEntity.sanitized(component.entityType(), match);
      }
      case DEFAULT -> ConfigEntity.DEFAULT_NAME;
      case ANY -> null;
      default ->
          throw new ApiException(
              ErrorCode.INVALID_REQUEST, "Unknown match type " + component.matchType());
    };
  }

  boolean matches(NamedEntity entity) {
    if (strict && entity.names().size() > names.size()) {
      return false;
    }
    for (Map.Entry<String, @Nullable String> wanted : names.entrySet()) {
      String name = entity.names().get(wanted.getKey());
      if (name == null || (wanted.getValue() != null && !wanted.getValue().equals(name))) {
        return false;
      }
    }
    return true;
  }

  /** The only entity that can match; null if there may be several. */
  @Nullable NamedEntity only() {
    boolean noOthers = strict || names.size() == 2 || names.containsKey(NamedEntity.IP);
    if (!noOthers || names.isEmpty() || names.containsValue(null)) {
      return null;
    }
    Map<String, String> exact = new LinkedHashMap<>();
    names.forEach((type, name) -> {
      if (name != null) {
        exact.put(type, name);
      }
    });
    return new NamedEntity(exact);
  }
}
