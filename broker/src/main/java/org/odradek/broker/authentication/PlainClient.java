package org.odradek.broker.authentication;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** PLAIN from the client's side. Thread-safety: immutable. */
public final class PlainClient implements SaslClientMechanism {
  private final ClientCredentials credentials;

  public PlainClient(ClientCredentials credentials) {
    this.credentials = credentials;
  }

  @Override
  public String name() {
    return PlainMechanism.NAME;
  }

  @Override
  public SaslClientExchange begin(String host) {
    return new Exchange(credentials);
  }

  private static final class Exchange implements SaslClientExchange {
    private final ClientCredentials credentials;
    private boolean isComplete;

    Exchange(ClientCredentials credentials) {
      this.credentials = credentials;
    }

    @Override
    public byte[] firstToken() {
      return ("\0" + credentials.username() + "\0" + credentials.password())
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte @Nullable [] evaluate(byte[] challenge) {
      if (challenge.length > 0) {
        throw new SaslLoginException(
            "PLAIN has no second step, but the server sent " + challenge.length + " bytes");
      }
      isComplete = true;
      return null;
    }

    @Override
    public boolean isComplete() {
      return isComplete;
    }
  }
}
