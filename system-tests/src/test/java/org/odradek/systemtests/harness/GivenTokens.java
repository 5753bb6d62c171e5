package org.odradek.systemtests.harness;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.auth.SaslExtensions;
import org.apache.kafka.common.security.auth.SaslExtensionsCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;

/** Lets a stock client log in with the token that its JAAS configuration has. */
public final class GivenTokens implements AuthenticateCallbackHandler {
  private String user = "";
  private String token = "";

  /** The JAAS configuration of a client. */
  public static String login(String user, String token) {
    return "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"
        + " user=\"%s\" token=\"%s\";".formatted(user, token);
  }

  @Override
  public void configure(
      Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
    Map<String, ?> options = entries.getFirst().getOptions();
    user = (String) Objects.requireNonNull(options.get("user"));
    token = (String) Objects.requireNonNull(options.get("token"));
  }

  @Override
  public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      switch (callback) {
        case OAuthBearerTokenCallback wanted -> wanted.token(new Given(token, user));
        case SaslExtensionsCallback wanted -> wanted.extensions(SaslExtensions.empty());
        default -> throw new UnsupportedCallbackException(callback);
      }
    }
  }

  @Override
  public void close() {}

  private record Given(String value, String principalName) implements OAuthBearerToken {
    @Override
    public Set<String> scope() {
      return Set.of();
    }

    @Override
    public long lifetimeMs() {
      return System.currentTimeMillis() + Duration.ofHours(1).toMillis();
    }

    @Override
    public Long startTimeMs() {
      return System.currentTimeMillis();
    }
  }
}
