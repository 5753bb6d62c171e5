package org.odradek.broker.api;

import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;

/**
 * What the sender of one request may do. A handler asks before it tells or changes anything; what
 * is asked for and how a refusal is answered is Kafka's, listed in docs/authorization.md.
 *
 * <p>Thread-safety: any thread, and nothing blocks.
 */
public interface Access {

  /** Where no authorizer is configured: everybody may do everything. */
  Access UNRESTRICTED =
      new Access() {
        @Override
        public boolean isUnrestricted() {
          return true;
        }

        @Override
        public boolean allows(AclOperation operation, ResourceType type, String name) {
          return true;
        }

        @Override
        public boolean allowsQuietly(AclOperation operation, ResourceType type, String name) {
          return true;
        }

        @Override
        public boolean allowsOnAny(AclOperation operation, ResourceType type) {
          return true;
        }
      };

  /** True where nothing is ever refused, so that large requests need not be gone through. */
  boolean isUnrestricted();

  /** Whether the operation is allowed; a denial is logged. */
  boolean allows(AclOperation operation, ResourceType type, String name);

  /**
   * As {@link #allows}, without a log line: for lists from which the rest is left out, and where
   * another right would do as well.
   */
  boolean allowsQuietly(AclOperation operation, ResourceType type, String name);

  /** Whether there is a name, known or not, for which the operation is allowed (KIP-679). */
  boolean allowsOnAny(AclOperation operation, ResourceType type);

  /** Whether the operation is allowed on the cluster as a whole; a denial is logged. */
  default boolean allowsOnCluster(AclOperation operation) {
    return allows(operation, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
  }

  /**
   * For requests that are refused as a whole.
   *
   * @throws ApiException if the operation is not allowed, with the error that Kafka has for it
   */
  default void require(AclOperation operation, ResourceType type, String name) {
    if (!allows(operation, type, name)) {
      throw new ApiException(errorOf(type), errorOf(type).message());
    }
  }

  private static ErrorCode errorOf(ResourceType type) {
    return switch (type) {
      case TOPIC -> ErrorCode.TOPIC_AUTHORIZATION_FAILED;
      case GROUP -> ErrorCode.GROUP_AUTHORIZATION_FAILED;
      case CLUSTER -> ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
      case TRANSACTIONAL_ID -> ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
      case DELEGATION_TOKEN, USER -> ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED;
      case ANY -> throw new IllegalArgumentException("no resource is of type ANY");
    };
  }

  default boolean allowsOnTopic(AclOperation operation, String topic) {
    return allows(operation, ResourceType.TOPIC, topic);
  }

  default boolean allowsOnGroup(AclOperation operation, String groupId) {
    return allows(operation, ResourceType.GROUP, groupId);
  }

  /** The operations that are allowed on a resource, a bit for each (KIP-430). */
  default int operations(ResourceType type, String name) {
    int bits = 0;
    for (AclOperation operation : type.operations()) {
      if (allowsQuietly(operation, type, name)) {
        bits |= 1 << operation.code();
      }
    }
    return bits;
  }
}
