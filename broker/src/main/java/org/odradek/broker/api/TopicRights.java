package org.odradek.broker.api;

import java.util.HashMap;
import java.util.Map;
import org.odradek.protocol.acl.AclOperation;

/**
 * Whether one operation is allowed on the topics that a request names: each topic is asked about,
 * and a denial logged, once, however many of its partitions are named. Free without an authorizer.
 *
 * <p>Thread-safety: none; one request.
 */
public final class TopicRights {
  private final Access access;
  private final AclOperation operation;
  private final Map<String, Boolean> known;

  public TopicRights(Access access, AclOperation operation) {
    this.access = access;
    this.operation = operation;
    this.known = access.isUnrestricted() ? Map.of() : new HashMap<>();
  }

  public boolean allows(String topic) {
    return access.isUnrestricted()
        || known.computeIfAbsent(topic, name -> access.allowsOnTopic(operation, name));
  }
}
