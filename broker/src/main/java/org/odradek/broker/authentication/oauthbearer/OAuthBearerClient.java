package org.odradek.broker.authentication.oauthbearer;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.authentication.SaslLoginException;

/** OAUTHBEARER from the client's side. Thread-safety: any thread. */
public final class OAuthBearerClient implements SaslClientMechanism {
  private final OwnToken token;

  public OAuthBearerClient(OwnToken token) {
    this.token = token;
  }

  @Override
  public String name() {
    return OAuthBearerMechanism.NAME;
  }

  @Override
  public SaslClientExchange begin(String host) {
    return new Exchange(token.current());
  }

  private static final class Exchange implements SaslClientExchange {
    private final String token;
    private boolean isComplete;

    Exchange(String token) {
      this.token = token;
    }

    @Override
    public byte[] firstToken() {
      return ("n,,\u0001auth=Bearer " + token + "\u0001\u0001").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte @Nullable [] evaluate(byte[] challenge) {
      if (challenge.length > 0) {
        throw new SaslLoginException(
            "The token was refused: " + new String(challenge, StandardCharsets.UTF_8));
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
