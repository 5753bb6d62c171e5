package org.odradek.broker.tls;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateExpiredException;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a handshake failed, in words of people: engines tell it in those of their source code. */
final class TlsFailure {
  /** Alerts of the other side, by what the engines' messages have in common. */
  private static final Map<String, String> ALERTS =
      Map.ofEntries(
          Map.entry(
              "certificate_unknown",
              "the other side does not accept the certificate that it was shown: it does not trust"
                  + " its issuer, or the name in it is not the one it connected to"),
          Map.entry(
              "unknown_ca",
              "the other side does not know the issuer of the certificate that it was shown"),
          Map.entry(
              "bad_certificate",
              "the other side does not accept the certificate that it was shown"),
          Map.entry(
              "certificate_expired",
              "the other side says that the certificate which it was shown has expired"),
          Map.entry("certificate_required", "the other side wants to see a certificate"),
          Map.entry("peer_did_not_return_a_certificate", "it showed no certificate"),
          Map.entry("empty client certificate chain", "it showed no certificate"),
          Map.entry("no_shared_cipher", "there is no cipher suite that both sides may use"),
          Map.entry(
              "no cipher suites in common", "there is no cipher suite that both sides may use"),
          Map.entry("unsupported_protocol", "there is no version of TLS that both sides may use"),
          Map.entry("protocol_version", "there is no version of TLS that both sides may use"),
          Map.entry(
              "not supported or are not in supported",
              "there is no version of TLS that both sides may use"),
          Map.entry("http_request", "it speaks HTTP, not TLS"),
          Map.entry(
              "wrong_version_number", "what it sent is no TLS: perhaps its port is not for TLS"),
          Map.entry("handshake_failure", "the other side refused the handshake"));

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

  private static String fromMessages(Throwable failure) {
    Throwable deepest = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      deepest = cause;
      String known = known(cause);
      if (known != null) {
        return known;
      }
    }
    String message = deepest.getMessage();
    return message == null || message.isEmpty() ? deepest.toString() : message;
  }

  private static @Nullable String known(Throwable cause) {
    if (cause instanceof CertificateExpiredException) {
      return "its certificate has expired: " + cause.getMessage();
    }
    String message = cause.getMessage();
    if (message == null) {
      return null;
    }
    if (message.contains("unable to find valid certification path")
        || message.contains("Path does not chain with any of the trust anchors")) {
      return "the issuer of its certificate is not among those of ssl.truststore.location";
    }
    String lower = message.toLowerCase(Locale.ROOT);
    for (Map.Entry<String, String> alert : ALERTS.entrySet()) {
      if (lower.contains(alert.getKey())) {
        return alert.getValue();
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
