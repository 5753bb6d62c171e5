package org.odradek.broker.network;

/**
 * What a client sent is not a request that can be answered; the connection is closed. The message
 * completes the sentence "the client sent …".
 */
final class BadRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRequestException(String whatWasSent) {
    super(whatWasSent, null, false, false);
  }

  BadRequestException(String whatWasSent, Throwable cause) {
    super(whatWasSent, cause, false, false);
  }
}
