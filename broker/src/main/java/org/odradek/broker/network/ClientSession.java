package org.odradek.broker.network;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.LoginSession;
import org.odradek.broker.api.RequestContext.ConnectionSession;
import org.odradek.broker.api.RequestContext.Principal;

/** What is known of the client of one connection. Only on the connection's event loop. */
final class ClientSession implements ConnectionSession {
  private static final String UNKNOWN = "unknown";

  private final long connectionId;
  private String softwareName = UNKNOWN;
  private String softwareVersion = UNKNOWN;
  private Principal principal = Principal.ANONYMOUS;
  private @Nullable LoginSession login;
  private boolean isAuthenticated;
  private boolean isTokenAuthenticated;

  ClientSession(long connectionId) {
    this.connectionId = connectionId;
  }

  @Override
  public String clientSoftwareName() {
    return softwareName;
  }

  @Override
  public String clientSoftwareVersion() {
    return softwareVersion;
  }

  @Override
  public void clientSoftware(String name, String version) {
    softwareName = name;
    softwareVersion = version;
  }

  @Override
  public long connectionId() {
    return connectionId;
  }

  @Override
  public Principal principal() {
    return principal;
  }

  @Override
  public boolean isAuthenticated() {
    return isAuthenticated;
  }

  @Override
  public boolean isTokenAuthenticated() {
    return isTokenAuthenticated;
  }

  @Override
  public @Nullable LoginSession login() {
    return login;
  }

  void login(LoginSession by) {
    login = by;
  }

  @Override
  public void authenticated(Principal who, boolean byDelegationToken) {
    principal = who;
    isAuthenticated = true;
    isTokenAuthenticated = byDelegationToken;
  }
}
