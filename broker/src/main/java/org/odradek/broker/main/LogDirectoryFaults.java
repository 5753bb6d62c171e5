package org.odradek.broker.main;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.ReplicaRoles;
import org.odradek.controller.LogDirectoryNotifier;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.LogDirectoryStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows from a log directory that goes offline: its partitions answer nobody any more, the
 * controller is told to let others lead them, and with the last directory the broker goes too, as a
 * Kafka broker does.
 *
 * <p>A fault is met by whoever used the directory, often in the middle of an append that holds the
 * role of its partition. So nothing is done on that thread.
 */
final class LogDirectoryFaults {
  private static final Logger log = LoggerFactory.getLogger(LogDirectoryFaults.class);

  private final LogDirectories logs;
  private final ReplicaRoles roles;
  private final LogDirectoryNotifier controller;
  private final Executor executor;
  private final Consumer<String> allOffline;

  /**
   * @param executor where partitions are stopped
   * @param allOffline told, with the reason, when no directory is left
   */
  LogDirectoryFaults(
      LogDirectories logs,
      ReplicaRoles roles,
      LogDirectoryNotifier controller,
      Executor executor,
      Consumer<String> allOffline) {
    this.logs = logs;
    this.roles = roles;
    this.controller = controller;
    this.executor = executor;
    this.allOffline = allOffline;
  }

  void watch() {
    logs.onDirectoryOffline(status -> {
      try {
        executor.execute(() -> offline(status));
      } catch (RejectedExecutionException e) {
        log.debug("The broker is stopping already", e);
      }
    });
  }

  private void offline(LogDirectoryStatus status) {
    log.error(
        "Log directory {} is offline, {} partitions stopped",
        status.path(),
        roles.stopAllIn(status.path()).size());
    if (logs.statuses().stream().allMatch(each -> each.fault() != null)) {
      allOffline.accept(
          "No log directory is online any more, the last one was %s: %s. Repair the disk and start"
                  .formatted(status.path(), message(status.fault()))
              + " again");
      return;
    }
    controller
        .directoryFailed()
        .whenComplete((done, failure) -> {
          if (failure != null) {
            log.warn("The controller could not be told of {}", status.path(), failure);
          }
        });
  }

  private static String message(@Nullable Throwable fault) {
    return fault == null ? "" : String.valueOf(fault.getMessage());
  }
}
