package org.odradek.controller.zookeeper;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;

/** Reading what failed a future. */
public final class Failures {
  private Failures() {}

  /** The failure itself, without the wrappers of futures. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** ZooKeeper's code, or null when something else failed. */
  public static KeeperException.@Nullable Code code(Throwable failure) {
    return cause(failure) instanceof KeeperException keeper ? keeper.code() : null;
  }

  /** The path that the failing operation was about, or null. */
  public static @Nullable String path(Throwable failure) {
    return cause(failure) instanceof KeeperException keeper ? keeper.getPath() : null;
  }
}
