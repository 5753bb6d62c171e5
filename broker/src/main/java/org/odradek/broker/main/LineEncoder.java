package org.odradek.broker.main;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * A log line as Kafka writes it: {@code [2026-01-31 23:59:59,999] INFO message (logger)}. Written
 * by hand because compiling a pattern takes a good part of a start.
 *
 * <p>Names that clients give get into messages: whatever would break the line, or change how the
 * rest of it looks, is written as {@code \\u000a}, so that nobody can write lines of his own.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = new byte[0];

  private final ZoneId zone = ZoneId.systemDefault();

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    line.append('[');
    appendTime(line, event.getTimeStamp());
    line.append("] ").append(event.getLevel()).append(' ');
    appendOnOneLine(line, event.getFormattedMessage());
    line.append(" (").append(event.getLoggerName()).append(')').append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      // of several lines, which none of the log can be taken for: those begin with a bracket
      line.append(ThrowableProxyUtil.asString(thrown).replace("\n[", "\n\t["));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }

  private static void appendOnOneLine(StringBuilder line, String message) {
    for (int i = 0; i < message.length(); i++) {
      char c = message.charAt(i);
      if (c == '\t' || (c >= ' ' && c < 0x7f) || !hides(c)) {
        line.append(c);
      } else {
        line.append("\\u%04x".formatted((int) c));
      }
    }
  }

  private static boolean hides(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private void appendTime(StringBuilder line, long epochMs) {
    ZonedDateTime time = Instant.ofEpochMilli(epochMs).atZone(zone);
    appendPadded(line, time.getYear(), 4).append('-');
    appendPadded(line, time.getMonthValue(), 2).append('-');
    appendPadded(line, time.getDayOfMonth(), 2).append(' ');
    appendPadded(line, time.getHour(), 2).append(':');
    appendPadded(line, time.getMinute(), 2).append(':');
    appendPadded(line, time.getSecond(), 2).append(',');
    appendPadded(line, time.getNano() / 1_000_000, 3);
  }

  private static StringBuilder appendPadded(StringBuilder line, int number, int digits) {
    String text = Integer.toString(number);
    for (int i = text.length(); i < digits; i++) {
      line.append('0');
    }
    return line.append(text);
  }
}
