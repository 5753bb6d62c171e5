package org.odradek.broker.config;

import java.util.concurrent.CompletableFuture;

/**
 * Has to agree before certain settings of this broker are changed by request, since whether they
 * work is not seen from their texts: a key store has to be read for that.
 */
public interface ConfigGuard {

  /**
   * Looks whether the broker could run with {@code after}; may take its time elsewhere.
   *
   * @return fails with a {@link ConfigException} when it could not
   */
  CompletableFuture<Void> check(BrokerConfig after);

  /**
   * The settings have been written. They may be those of before: whoever sets the name of a file
   * again wants the file to be read again.
   */
  void written(BrokerConfig after);
}
