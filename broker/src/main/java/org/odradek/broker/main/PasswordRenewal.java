package org.odradek.broker.main;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.PasswordKeys;
import org.odradek.broker.config.StoredPasswords;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encrypts this broker's passwords in ZooKeeper anew, at a start with {@code
 * password.encoder.old.secret}.
 */
final class PasswordRenewal {
  private static final Logger log = LoggerFactory.getLogger(PasswordRenewal.class);

  private final ConfigStore store;
  private final ConfigEntity broker;

  PasswordRenewal(ZooKeeperSession session, int brokerId) {
    this.store = new ConfigStore(session);
    this.broker = ConfigEntity.broker(brokerId);
  }

  CompletableFuture<Void> run(BrokerConfig config) {
    if (config.optional(PasswordKeys.PASSWORD_ENCODER_OLD_SECRET) == null) {
      return CompletableFuture.completedFuture(null);
    }
    return store
        .read(broker)
        .thenCompose((Map<String, String> stored) -> {
          Map<String, String> renewed = StoredPasswords.of(config).withNewSecret(stored);
          if (renewed.equals(stored)) {
            return CompletableFuture.completedFuture(null);
          }
          return store
              .replace(broker, stored, renewed)
              .thenCompose(isDone -> isDone ? told() : run(config));
        });
  }

  private static CompletableFuture<Void> told() {
    log.info("Passwords in ZooKeeper are encrypted with the new password.encoder.secret");
    return CompletableFuture.completedFuture(null);
  }
}
