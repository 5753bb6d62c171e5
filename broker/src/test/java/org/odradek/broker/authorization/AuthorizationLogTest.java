package org.odradek.broker.authorization;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;

class AuthorizationLogTest {
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicLong nanos = new AtomicLong();
  private final Logger logger = new LoggerContext().getLogger("kafka.authorizer.logger");
  private final AuthorizationLog log = new AuthorizationLog(logger, nanos::get);

  @BeforeEach
  void listen() {
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  private void deny(String user, String topic) {
    log.denied(
        new Principal("User", user),
        InetAddress.getLoopbackAddress(),
        AclOperation.DESCRIBE_CONFIGS,
        ResourceType.TOPIC,
        topic,
        ApiKey.DESCRIBE_CONFIGS);
  }

  private List<String> messages() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void saysWhatKafkaSays() {
    deny("alice", "t");
    assertEquals(
        List.of(
            "Principal = User:alice is Denied Operation = DescribeConfigs from host = 127.0.0.1 on"
                + " resource = Topic:LITERAL:t for request = DescribeConfigs"),
        messages());
  }

  @Test
  void namesMakeNoLinesOfTheirOwn() {
    deny("a\nINFO all is well", "t\r");
    assertEquals(
        List.of(
            "Principal = User:a\\u000aINFO all is well is Denied Operation = DescribeConfigs from"
                + " host = 127.0.0.1 on resource = Topic:LITERAL:t\\u000d for request ="
                + " DescribeConfigs"),
        messages());
  }

  @Test
  void tellsHowManyWereTooMany() {
    for (int i = 0; i < AuthorizationLog.LINES_PER_SECOND + 5; i++) {
      deny("alice", "t" + i);
    }
    assertEquals(AuthorizationLog.LINES_PER_SECOND, messages().size());
    nanos.addAndGet(1_000_000_000);
    deny("alice", "t");
    assertEquals(
        "5 more denials were left out before", messages().get(AuthorizationLog.LINES_PER_SECOND));
    assertEquals(AuthorizationLog.LINES_PER_SECOND + 2, messages().size());
  }
}
