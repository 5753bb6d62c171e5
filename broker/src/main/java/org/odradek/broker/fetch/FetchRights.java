package org.odradek.broker.fetch;

import org.odradek.broker.api.Access;
import org.odradek.broker.api.TopicRights;
import org.odradek.protocol.acl.AclOperation;

/**
 * What one fetch may read: consumers the topics that they have READ on, followers everything or, if
 * they may not do what brokers do, nothing. Asked for once; a wait does not ask again.
 */
final class FetchRights {
  private final TopicRights topics;
  private final boolean isFollower;
  private final boolean isBroker;

  FetchRights(Access access, FetchLimits limits) {
    this.topics = new TopicRights(access, AclOperation.READ);
    this.isFollower = limits.fromFollower();
    this.isBroker = isFollower && access.allowsOnCluster(AclOperation.CLUSTER_ACTION);
  }

  /** True for who says that it is a follower, but may not be one. */
  boolean isRefused() {
    return isFollower && !isBroker;
  }

  boolean mayRead(String topic) {
    return isFollower ? isBroker : topics.allows(topic);
  }
}
