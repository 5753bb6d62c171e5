package org.odradek.broker.tls;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateExpiredException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a handshake failed, in words of people: engines tell it in those of their source code. */
final class TlsFailure {
  private static final String NO_COMMON_VERSION =
      "there is no version of TLS that both sides may use";
  private static final String NO_COMMON_CIPHER = "there is no cipher suite that both sides may use";
  private static final String UNKNOWN_ISSUER =
      "the issuer of its certificate is not among those of ssl.truststore.location";

  private record Known(String part, String meaning) {}

  /** What the messages of both engines have in common; the first one that is found counts. */
  private static final List<Known> MESSAGES =
      List.of(
          new Known("empty client certificate chain", "it showed no certificate"),
          new Known("peer_did_not_return_a_certificate", "it showed no certificate"),
          new Known("unable to find valid certification path", UNKNOWN_ISSUER),
          new Known("path does not chain with any of the trust anchors", UNKNOWN_ISSUER),
          new Known("signature does not match", UNKNOWN_ISSUER),
          new Known("no_shared_cipher", NO_COMMON_CIPHER),
          new Known("no cipher suites in common", NO_COMMON_CIPHER),
          new Known("unsupported_protocol", NO_COMMON_VERSION),
          new Known("protocol_version", NO_COMMON_VERSION),
          new Known("not supported or are not in supported", NO_COMMON_VERSION),
          new Known("http_request", "it speaks HTTP, not TLS"),
          new Known(
              "wrong_version_number", "what it sent is no TLS: perhaps its port is not for TLS"),
          new Known("certificate_required", "the other side wants to see a certificate"),
          new Known(
              "certificate_unknown",
              "the other side does not accept the certificate that it was shown: it does not trust"
                  + " its issuer, or the name in it is not the one it connected to"),
          new Known(
              "unknown_ca",
              "the other side does not know the issuer of the certificate that it was shown"),
          new Known(
              "bad_certificate",
              "the other side does not accept the certificate that it was shown"),
          new Known(
              "certificate_expired",
              "the other side says that the certificate which it was shown has expired"),
          new Known("handshake_failure", "the other side refused the handshake"));

  private TlsFailure() {}

  /** One line, without the name of the other side. */
  static String describe(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof DecoderException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case NotSslRecordException notTls ->
          "what it sent is no TLS: perhaps it is set up for PLAINTEXT";
      case SslHandshakeTimeoutException timeout -> "it did not come to an end in time";
      case ClosedChannelException closed -> "the other side closed the connection meanwhile";
      default -> fromMessages(cause);
    };
  }

  /** The deepest cause tells most; what is around it may only name the alert that was sent. */
  private static String fromMessages(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      causes.addFirst(cause);
    }
    for (Throwable cause : causes) {
      String known = known(cause);
      if (known != null) {
        return known;
      }
    }
    String message = causes.getFirst().getMessage();
    return message == null || message.isEmpty() ? causes.getFirst().toString() : message;
  }

  private static @Nullable String known(Throwable cause) {
    if (cause instanceof CertificateExpiredException) {
      return "its certificate has expired: " + cause.getMessage();
    }
    String message = cause.getMessage();
    if (message == null) {
      return null;
    }
    String lower = message.toLowerCase(Locale.ROOT);
    for (Known known : MESSAGES) {
      if (lower.contains(known.part)) {
        return known.meaning;
      }
    }
    return null;
  }

  /** Whether an exception in a pipeline is about TLS, and so about what the other side sent. */
  static boolean isTls(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof DecoderException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof SSLException;
  }
}
