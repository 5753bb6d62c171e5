package org.odradek.broker.main;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;

/**
 * Sets logging up without a file: lines to standard output, at level INFO, libraries at WARN.
 *
 * <p>The environment variable {@code ODRADEK_LOG_LEVEL} or the system property {@code
 * odradek.log.level} change the level of all, {@code -Dodradek.log.level.<logger>=<level>} that of
 * one logger. {@code -Dlogback.configurationFile} puts a Logback configuration in place of all
 * this.
 */
public final class LoggingConfigurator extends ContextAwareBase implements Configurator {
  private static final String LEVEL_PROPERTY = "odradek.log.level";
  private static final String LEVEL_VARIABLE = "ODRADEK_LOG_LEVEL";
  private static final Map<String, Level> LIBRARIES =
      Map.of(
          "org.apache.zookeeper", Level.WARN,
          // warns at each start that the number of connections is not limited
          "org.apache.zookeeper.server.ServerCnxnFactory", Level.ERROR,
          "io.netty", Level.WARN,
          // one line for each client that goes without having taken what it was sent
          "io.netty.handler.ssl.SslHandler", Level.ERROR);

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    if (System.getProperty("logback.configurationFile") != null) {
      return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
    LineEncoder encoder = new LineEncoder();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setEncoder(encoder);
    console.start();
    ch.qos.logback.classic.Logger root =
        context.getLogger(ch.qos.logback.classic.Logger.ROOT_LOGGER_NAME);
    root.addAppender(console);
    String variable = System.getenv(LEVEL_VARIABLE);
    root.setLevel(
        Level.toLevel(
            System.getProperty(LEVEL_PROPERTY, variable == null ? "INFO" : variable), Level.INFO));
    LIBRARIES.forEach((name, level) -> context.getLogger(name).setLevel(level));
    for (String property : System.getProperties().stringPropertyNames()) {
      if (property.startsWith(LEVEL_PROPERTY + ".")) {
        context
            .getLogger(property.substring(LEVEL_PROPERTY.length() + 1))
            .setLevel(Level.toLevel(System.getProperty(property), Level.INFO));
      }
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
