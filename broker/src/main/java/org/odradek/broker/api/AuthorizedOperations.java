package org.odradek.broker.api;

import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;

/**
 * What a client may do on a resource, as a bit for each operation ({@code 1 << operation},
 * KIP-430), where it asked for it. Without an authorizer that is everything that there is for the
 * kind of resource.
 */
public final class AuthorizedOperations {
  /** What is answered when the client did not ask. */
  public static final int NOT_ASKED = Integer.MIN_VALUE;

  private AuthorizedOperations() {}

  public static int ofTopic(boolean asked, Access access, String topic) {
    return asked ? access.operations(ResourceType.TOPIC, topic) : NOT_ASKED;
  }

  public static int ofGroup(boolean asked, Access access, String groupId) {
    return asked ? access.operations(ResourceType.GROUP, groupId) : NOT_ASKED;
  }

  /** None for who may not describe the cluster. */
  public static int ofCluster(boolean asked, Access access) {
    if (!asked) {
      return NOT_ASKED;
    }
    return access.allowsOnCluster(AclOperation.DESCRIBE)
        ? access.operations(ResourceType.CLUSTER, ResourceType.CLUSTER_NAME)
        : 0;
  }
}
