package org.odradek.broker.main;

import java.lang.management.ManagementFactory;
import org.odradek.broker.config.BrokerConfigFile;
import org.odradek.broker.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: reads the command line, starts a broker, stops it when the process is told to. */
public final class Odradek {
  private static final Logger log = LoggerFactory.getLogger(Odradek.class);

  private Odradek() {}

  public static void main(String[] arguments) {
    try {
      CommandLine commandLine = CommandLine.parse(arguments);
      if (commandLine.help()) {
        System.out.print(CommandLine.USAGE);
      } else if (commandLine.version()) {
        System.out.println("Odradek " + version());
      } else {
        run(BrokerConfigFile.load(commandLine.file(), commandLine.overrides()));
      }
    } catch (ConfigException | StartException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    } catch (Exception | Error e) { // threads that are no daemons would keep the process alive
      log.error("The broker cannot start", e);
      System.exit(1);
    }
  }

  private static void run(BrokerConfigFile file) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("Thread {} ended with an error", thread.getName(), failure));
    file.warnings().forEach(log::warn);
    RepeatedStart<Broker> start = new RepeatedStart<>(() -> new Broker(file.config()));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  log.info("Stopping");
                  start.stop();
                  log.info("Stopped");
                },
                "shutdown"));
    Broker broker = start.start();
    System.out.println(readyLine(broker));
    broker.awaitStopped();
    if (broker.failure() != null) {
      System.exit(1);
    }
  }

  /** In one piece: scripts wait for it. */
  private static String readyLine(Broker broker) {
    String endpoints =
        String.join(", ", broker.endpoints().stream().map(Object::toString).toList());
    String zooKeeper =
        broker.embeddedZooKeeper().map(connect -> ", its ZooKeeper at " + connect).orElse("");
    return "Odradek is ready at %s%s (%.2f s)"
        .formatted(endpoints, zooKeeper, sinceStartMs() / 1000.0);
  }

  /** By the JVM's own clock: the system tells when a process was started to the second only. */
  private static long sinceStartMs() {
    return ManagementFactory.getRuntimeMXBean().getUptime();
  }

  private static String version() {
    String version = Odradek.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
