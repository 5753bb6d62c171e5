package org.odradek.controller.config;

import org.odradek.controller.znode.ConfigEntity;

/** Others were faster each time that settings were to be changed; nothing has been written. */
public final class ConfigContentionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConfigContentionException(ConfigEntity entity, int tries, Throwable last) {
    super(
        "The settings of "
            + entity.path()
            + " were not changed: others changed them meanwhile, "
            + tries
            + " times in a row. Look for what writes them all the time, and try again.",
        last);
  }
}
