package org.odradek.broker.main;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.odradek.broker.authentication.AlterUserScramCredentialsHandler;
import org.odradek.broker.quota.SanitizedName;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.znode.ConfigEntity;

/**
 * Changes what is set for users in ZooKeeper, one change after the other, so that none is lost.
 *
 * <p>Thread-safety: any thread; the changes that wait are those of requests that are being served.
 */
final class UserSettings implements AlterUserScramCredentialsHandler.Writer {
  private final ConfigStore store;
  private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

  UserSettings(ConfigStore store) {
    this.store = store;
  }

  @Override
  public synchronized CompletableFuture<Void> write(
      String user, Function<Map<String, String>, Map<String, String>> change) {
    ConfigEntity entity = new ConfigEntity("users/" + SanitizedName.of(user));
    CompletableFuture<Void> written =
        last.handle((done, failure) -> null)
            .thenCompose(before -> store.read(entity))
            .thenCompose(settings -> store.write(entity, change.apply(settings)));
    last = written;
    return written;
  }
}
