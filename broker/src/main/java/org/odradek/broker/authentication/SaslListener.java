package org.odradek.broker.authentication;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * SASL as one listener has it.
 *
 * <p>Thread-safety: read by all connections; what can be changed while running is swapped at once.
 */
public final class SaslListener {
  private final Supplier<List<SaslMechanism>> mechanisms;

  /**
   * @param mechanisms those enabled now, in the order of {@code sasl.enabled.mechanisms}
   */
  public SaslListener(Supplier<List<SaslMechanism>> mechanisms) {
    this.mechanisms = mechanisms;
  }

  /** The enabled mechanism of that name, or null. */
  public @Nullable SaslMechanism mechanism(String name) {
    for (SaslMechanism mechanism : mechanisms.get()) {
      if (mechanism.name().equals(name)) {
        return mechanism;
      }
    }
    return null;
  }

  public List<String> mechanismNames() {
    return mechanisms.get().stream().map(SaslMechanism::name).toList();
  }
}
