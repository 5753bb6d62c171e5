package org.odradek.broker.config;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;

/** What a request describes or alters the configuration of; printed as Kafka's clients print it. */
record ConfigResource(ConfigResourceType type, String name) {

  /** That which a request names by the number of its type. */
  static ConfigResource of(byte type, String name) {
    return new ConfigResource(ConfigResourceType.forId(type), name);
  }

  /**
   * @throws ApiException when this does not name the broker that got the request
   */
  void requireBroker(int brokerId) {
    int id;
    if (name.isEmpty()) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, "Broker id must not be empty");
    }
    try {
      id = Integer.parseInt(name);
    } catch (NumberFormatException e) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, "Broker id must be an integer, but it is: " + name);
    }
    if (id != brokerId) {
      boolean maybeEmpty = type == ConfigResourceType.BROKER;
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "Unexpected broker id, expected "
              + brokerId
              + (maybeEmpty ? " or empty string, but received " : " but received ")
              + name);
    }
  }

  /** Why the client may not do this with the configuration; null if it may. */
  @Nullable ApiException denial(Access access, AclOperation operation) {
    try {
      switch (type) {
        case TOPIC -> access.require(operation, ResourceType.TOPIC, name);
        case GROUP -> access.require(operation, ResourceType.GROUP, name);
        default -> access.require(operation, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
      }
      return null;
    } catch (ApiException denial) {
      return denial;
    }
  }

  ApiException duplicate() {
    return new ApiException(ErrorCode.INVALID_REQUEST, "Each resource must appear at most once.");
  }

  ApiException unsupported() {
    return new ApiException(
        ErrorCode.INVALID_REQUEST,
        type == ConfigResourceType.UNKNOWN
            ? "Unexpected resource type UNKNOWN"
            : "AlterConfigs is only supported for topics and brokers, but resource type is "
                + type);
  }

  /** The answer to a change that would set what is not allowed. */
  ApiException refusal(ConfigException problem) {
    String message = String.valueOf(problem.getMessage());
    String named = "Invalid config value for resource " + this + ": " + message;
    return type == ConfigResourceType.TOPIC
        ? new ApiException(ErrorCode.INVALID_CONFIG, problem.aboutOneValue() ? named : message)
        : new ApiException(ErrorCode.INVALID_REQUEST, named);
  }

  @Override
  public String toString() {
    return "ConfigResource(type=" + type + ", name='" + name + "')";
  }
}
