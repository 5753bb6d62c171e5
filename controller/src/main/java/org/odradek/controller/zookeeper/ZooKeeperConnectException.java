package org.odradek.controller.zookeeper;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * ZooKeeper could not be reached at start-up; the message names the address and what to look at.
 */
public final class ZooKeeperConnectException extends IOException {
  private static final long serialVersionUID = 1L;

  public ZooKeeperConnectException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
