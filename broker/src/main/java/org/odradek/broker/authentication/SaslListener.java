package org.odradek.broker.authentication;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SASL as one listener has it.
 *
 * <p>Thread-safety: read by all connections; changed settings are swapped at once, and hold for
 * logins that begin afterwards.
 */
public final class SaslListener {
  private final String listenerName;
  private final LoginCounts counts = new LoginCounts();
  private volatile Settings settings;

  /**
   * What can be set.
   *
   * @param mechanisms those enabled, in the order of {@code sasl.enabled.mechanisms}
   * @param maxReceiveBytes longest request before the login is over ({@code
   *     sasl.server.max.receive.size})
   * @param failedDelayMs how long the answer to a failed login is held back ({@code
   *     connection.failed.authentication.delay.ms})
   * @param loginMaxMs how long a login may take from the first moment of the connection, TLS
   *     included; who has not logged in by then holds a place for nothing
   * @param maxReauthMs by mechanism, after what time clients must authenticate again ({@code
   *     connections.max.reauth.ms}); those that need not are missing
   */
  public record Settings(
      List<SaslMechanism> mechanisms,
      int maxReceiveBytes,
      int failedDelayMs,
      int loginMaxMs,
      Map<String, Long> maxReauthMs) {
    public Settings {
      mechanisms = List.copyOf(mechanisms);
      maxReauthMs = Map.copyOf(maxReauthMs);
    }
  }

  /** A {@code loginMaxMs} that is long enough: clients log in as soon as they are connected. */
  public static final int LOGIN_MAX_MS = 30_000;

  public SaslListener(String listenerName, Settings settings) {
    this.listenerName = listenerName;
    this.settings = settings;
  }

  public String listenerName() {
    return listenerName;
  }

  public LoginCounts counts() {
    return counts;
  }

  public Settings settings() {
    return settings;
  }

  /** For logins that begin from now on. */
  public void settings(Settings changed) {
    settings = changed;
  }

  /** The enabled mechanism of that name, or null. */
  @Nullable SaslMechanism mechanism(String name) {
    for (SaslMechanism mechanism : settings.mechanisms()) {
      if (mechanism.name().equals(name)) {
        return mechanism;
      }
    }
    return null;
  }

  List<String> mechanismNames() {
    return settings.mechanisms().stream().map(SaslMechanism::name).toList();
  }
}
