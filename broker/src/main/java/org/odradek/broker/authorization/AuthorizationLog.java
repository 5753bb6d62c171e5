package org.odradek.broker.authorization;

import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each denial, on the logger that Kafka has for it ({@code kafka.authorizer.logger}), so
 * that what people look for there is found: INFO for what was refused, DEBUG for what was allowed.
 *
 * <p>A client that tries again and again must not fill a disk: beyond some hundred lines in a
 * second denials are counted, and the count is told with the next line.
 *
 * <p>Thread-safe.
 */
final class AuthorizationLog {
  static final int LINES_PER_SECOND = 200;
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Logger log;
  private final LongSupplier nanoTime;
  private long secondStartNanos;
  private int lines;
  private long leftOut;

  AuthorizationLog(LongSupplier nanoTime) {
    this(LoggerFactory.getLogger("kafka.authorizer.logger"), nanoTime);
  }

  AuthorizationLog(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.secondStartNanos = nanoTime.getAsLong();
  }

  void denied(
      Principal principal,
      InetAddress host,
      AclOperation operation,
      ResourceType type,
      String name,
      ApiKey request) {
    if (!log.isInfoEnabled()) {
      return;
    }
    long before = admit();
    if (before < 0) {
      return;
    }
    if (before > 0) {
      log.info("{} more denials were left out before", before);
    }
    log.info("{}", line(principal, "Denied", host, operation, type, name, request));
  }

  void allowed(
      Principal principal,
      InetAddress host,
      AclOperation operation,
      ResourceType type,
      String name,
      ApiKey request) {
    if (log.isDebugEnabled()) {
      log.debug("{}", line(principal, "Allowed", host, operation, type, name, request));
    }
  }

  private static String line(
      Principal principal,
      String decision,
      InetAddress host,
      AclOperation operation,
      ResourceType type,
      String name,
      ApiKey request) {
    return "Principal = %s is %s Operation = %s from host = %s on resource = %s:LITERAL:%s for request = %s"
        .formatted(
            printable(principal.toString()),
            decision,
            operation.znodeName(),
            host.getHostAddress(),
            type.znodeName(),
            printable(name),
            request.apiName());
  }

  /** Names come from clients: line breaks in them must not look like lines of the log. */
  private static String printable(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            out.append("\\u%04x".formatted(c));
          } else {
            out.appendCodePoint(c);
          }
        });
    return out.toString();
  }

  /** The number of denials left out before this one, or -1 if it is left out itself. */
  private synchronized long admit() {
    long now = nanoTime.getAsLong();
    if (now - secondStartNanos >= SECOND_NANOS) {
      secondStartNanos = now;
      lines = 0;
    }
    if (lines >= LINES_PER_SECOND) {
      leftOut++;
      return -1;
    }
    lines++;
    long before = leftOut;
    leftOut = 0;
    return before;
  }
}
