package org.odradek.broker.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;

/** A mechanism that breaks, of whatever a stranger has sent. */
class UnexpectedLoginFailureTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 50_000);

  /** Fails by what is thrown here. */
  private record Broken(Throwable failure) implements SaslMechanism {
    @Override
    public String name() {
      return "BROKEN";
    }

    @Override
    public SaslExchange begin(InetSocketAddress client) {
      return token -> {
        throw Broken.<RuntimeException>asUnchecked(failure);
      };
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> T asUnchecked(Throwable failure) throws T {
      throw (T) failure;
    }
  }

  private static SaslLogin loginBy(Throwable failure) {
    SaslLogin login =
        new SaslLogin(
            new SaslListener(
                "X",
                new SaslListener.Settings(List.of(new Broken(failure)), 1000, 100, 1000, Map.of())),
            CLIENT,
            () -> 0,
            () -> 0);
    login.handshake("BROKEN", true);
    return login;
  }

  @Test
  void theLoginHasFailed() {
    for (Throwable failure :
        List.of(
            new IllegalStateException("secret"),
            new StackOverflowError("secret"),
            new NoClassDefFoundError("secret"),
            new AssertionError("secret"),
            new Exception("secret"))) {
      SaslLogin login = loginBy(failure);
      SaslLogin.Refused refused =
          assertInstanceOf(SaslLogin.Refused.class, login.authenticate(new byte[1]));
      assertEquals(ErrorCode.SASL_AUTHENTICATION_FAILED, refused.error());
      assertTrue(refused.toLog().contains(failure.getClass().getName()), refused.toLog());
      assertFalse(refused.toLog().contains("secret"), refused.toLog());
      assertTrue(login.hasFailed());
      assertInstanceOf(SaslLogin.Refuse.class, login.admit(ApiKey.SASL_AUTHENTICATE));
    }
  }

  @Test
  void whatEndsTheProcessIsNotHidden() {
    SaslLogin login = loginBy(new OutOfMemoryError());
    assertThrows(OutOfMemoryError.class, () -> login.authenticate(new byte[1]));
  }
}
