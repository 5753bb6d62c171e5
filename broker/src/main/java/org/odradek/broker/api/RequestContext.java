package org.odradek.broker.api;

import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ApiKey;

/**
 * What a handler may know about the request and its connection, beyond the body.
 *
 * <p>Thread-safety: immutable, but for {@link #session()}, which belongs to the connection.
 */
public interface RequestContext {

  ApiKey apiKey();

  short version();

  int correlationId();

  /** Header and body; 0 for what did not come over a network. */
  default int sizeInBytes() {
    return 0;
  }

  /** As sent by the client; null when it sent null. */
  @Nullable String clientId();

  /** Name of the listener that the connection came in by, in upper case ({@code PLAINTEXT}). */
  String listenerName();

  InetSocketAddress clientAddress();

  /** The address the client reached us by: what we advertise when nothing is configured. */
  InetSocketAddress localAddress();

  /** {@code User:ANONYMOUS} where nobody has to say who he is. */
  Principal principal();

  /** What {@link #principal} may do from where it is; everything without an authorizer. */
  default Access access() {
    return Access.UNRESTRICTED;
  }

  /**
   * Runs tasks on the connection's event loop: where a handler that waited goes on, so that its
   * work is not done at the expense of the connection that woke it. Refuses tasks once the event
   * loop has ended.
   */
  default Executor eventLoop() {
    return Runnable::run;
  }

  /** What is kept for the life of the connection (client software name and version). */
  ConnectionSession session();

  /** An authenticated name, printed as {@code type:name}. */
  record Principal(String type, String name) {
    public static final Principal ANONYMOUS = new Principal("User", "ANONYMOUS");

    /** The only type of principal that there is without a principal builder of one's own. */
    public static final String USER = "User";

    /**
     * The principal that {@link #toString} wrote.
     *
     * @throws IllegalArgumentException if it has no colon, or nothing before it
     */
    public static Principal parse(String text) {
      int colon = text.indexOf(':');
      if (colon <= 0) {
        throw new IllegalArgumentException("'" + text + "' is no principal: expected User:<name>");
      }
      return new Principal(text.substring(0, colon), text.substring(colon + 1));
    }

    @Override
    public String toString() {
      return type + ":" + name;
    }
  }

  /** State of one connection; touched only on its event loop. */
  interface ConnectionSession {
    /** KIP-511; {@code unknown} until ApiVersions v3 or later told it. */
    String clientSoftwareName();

    String clientSoftwareVersion();

    void clientSoftware(String name, String version);

    /** A process-wide unique id of the connection. */
    long connectionId();

    /** {@link Principal#ANONYMOUS} until {@link #authenticated}. */
    Principal principal();

    /** Whether the client has shown who it is, by SASL or by a certificate. */
    boolean isAuthenticated();

    /** Whether it did so by a delegation token: then it may do nothing with such tokens. */
    boolean isTokenAuthenticated();

    /** The login by SASL; null on a listener without. */
    default @Nullable LoginSession login() {
      return null;
    }

    /** The client has shown who it is. */
    void authenticated(Principal principal, boolean byDelegationToken);
  }
}
