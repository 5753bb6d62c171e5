package org.odradek.broker.authorization;

import java.net.InetAddress;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;

/**
 * Decides whether somebody may do something. Where none is configured there is no authorizer at
 * all, and {@link org.odradek.broker.api.Access#UNRESTRICTED} is everybody's access.
 *
 * <p>Thread-safety: any thread, and nothing blocks.
 */
public interface Authorizer {

  /** Whether the operation on the resource of that name is allowed. */
  boolean allows(
      Principal principal,
      InetAddress host,
      AclOperation operation,
      ResourceType type,
      String name);

  /**
   * Whether the operation is allowed on any resource of the type, one that is not there yet too.
   */
  boolean allowsOnAny(
      Principal principal, InetAddress host, AclOperation operation, ResourceType type);
}
