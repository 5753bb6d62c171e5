package org.odradek.protocol.generator;

import org.jspecify.annotations.Nullable;

/** A schema that cannot be understood; the message says what is wrong, and where once known. */
final class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchemaException(String message) {
    super(message);
  }

  SchemaException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
