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
    line.append("] ").append(event.getLevel()).append(' ').append(event.getFormattedMessage());
    line.append(" (").append(event.getLoggerName()).append(')').append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      line.append(ThrowableProxyUtil.asString(thrown));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
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
