package org.odradek.broker.authentication.oauthbearer;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslMechanism;

/**
 * OAUTHBEARER from the server's side. A client whose token is refused is sent the reason as JSON,
 * has to confirm it with one byte, and is then told that the login has failed.
 *
 * <p>Extensions (KIP-342) are accepted and of no effect, as with Kafka's own validators.
 *
 * <p>Thread-safety: as its validator.
 */
public final class OAuthBearerMechanism implements SaslMechanism {
  /** Its name. */
  public static final String NAME = "OAUTHBEARER";

  private static final byte CONFIRMATION = 1;

  private final TokenValidator validator;

  public OAuthBearerMechanism(TokenValidator validator) {
    this.validator = validator;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SaslExchange begin(InetSocketAddress client) {
    return new Exchange(validator);
  }

  private static final class Exchange implements SaslExchange {
    private final TokenValidator validator;
    private @Nullable Failed failure;

    Exchange(TokenValidator validator) {
      this.validator = validator;
    }

    @Override
    public Step evaluate(byte[] message) {
      if (failure != null) {
        return message.length == 1 && message[0] == CONFIRMATION
            ? failure
            : new Failed(
                null,
                failure.toClient(),
                failure.toLog() + "; and the client did not confirm that it was told");
      }
      ClientMessage first;
      try {
        first = ClientMessage.parse(message);
      } catch (TokenRefusedException e) {
        return new Failed(null, "Authentication failed: " + e.getMessage(), reason(e));
      }
      try {
        return accepted(first, validator.validate(first.token()));
      } catch (TokenRefusedException e) {
        String told = "{\"status\":\"" + e.status() + "\"}";
        failure = new Failed(null, told, reason(e));
        return new Challenge(told.getBytes(StandardCharsets.UTF_8));
      }
    }

    private static String reason(TokenRefusedException e) {
      return String.valueOf(e.getMessage());
    }

    private static Step accepted(ClientMessage message, BearerToken token) {
      String name = token.principalName();
      if (!message.authorizationId().isEmpty() && !message.authorizationId().equals(name)) {
        String what =
            "Authentication failed: one cannot log in for somebody else, the authorization id"
                + " differs from the token's principal";
        return new Failed(name, what, what);
      }
      return new Done(
          new byte[0],
          new Identity(
              new Principal(Principal.USER, name), false, OptionalLong.of(token.expiresAtMs())));
    }
  }
}
