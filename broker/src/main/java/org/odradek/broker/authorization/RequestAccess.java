package org.odradek.broker.authorization;

import java.net.InetAddress;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;

/** What the sender of one request may do by the rules of an authorizer. */
final class RequestAccess implements Access {
  private final Authorizer authorizer;
  private final AuthorizationLog log;
  private final Principal principal;
  private final InetAddress host;
  private final ApiKey request;

  RequestAccess(Authorizer authorizer, AuthorizationLog log, RequestContext context) {
    this.authorizer = authorizer;
    this.log = log;
    this.principal = context.principal();
    this.host = context.clientAddress().getAddress();
    this.request = context.apiKey();
  }

  @Override
  public boolean isUnrestricted() {
    return false;
  }

  @Override
  public boolean allows(AclOperation operation, ResourceType type, String name) {
    boolean allowed = allowsQuietly(operation, type, name);
    if (!allowed) {
      log.denied(principal, host, operation, type, name, request);
    }
    return allowed;
  }

  @Override
  public boolean allowsQuietly(AclOperation operation, ResourceType type, String name) {
    boolean allowed = authorizer.allows(principal, host, operation, type, name);
    if (allowed) {
      log.allowed(principal, host, operation, type, name, request);
    }
    return allowed;
  }

  @Override
  public boolean allowsOnAny(AclOperation operation, ResourceType type) {
    return authorizer.allowsOnAny(principal, host, operation, type);
  }
}
