package org.odradek.benchmarks.systems;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.odradek.processes.Checkout;

/**
 * Where the jars of stock Kafka are, and how its classes are run; {@code
 * bin/internal/stock-tool.sh} fetches them.
 */
public final class StockJars {
  /** The version whose client library makes the load, for every system. */
  public static final String CLIENT_VERSION = "4.3.1";

  /** The version whose ZooKeeper server all systems use that need one. */
  public static final String ZOOKEEPER_VERSION = "3.9.2";

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  private StockJars() {}

  /** Fetches a version by Maven unless it is there. */
  public static void resolve(String version) {
    Path script = Checkout.root().resolve("bin/internal/stock-tool.sh");
    var builder = new ProcessBuilder(script.toString(), "-resolve").redirectErrorStream(true);
    builder.environment().put("KAFKA_VERSION", version);
    try {
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException("cannot fetch Kafka " + version + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + script, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** All jars of a version, as a class path. */
  public static String classPath(String version) {
    String folder = System.getenv("ODRADEK_STOCK_DIR");
    Path stock = folder == null ? Checkout.root().resolve(".stock") : Path.of(folder);
    return stock.resolve(version).resolve("libs") + "/*";
  }

  static String java() {
    return JAVA.toString();
  }

  /** The option that makes a version's logging say what servers say at INFO, on stdout. */
  static String serverLogging(String version) {
    Path internal = Checkout.root().resolve("benchmarks/internal");
    return version.startsWith("4.")
        ? "-Dlog4j2.configurationFile=" + internal.resolve("servers-log4j2.properties")
        : "-Dlog4j.configuration=file:" + internal.resolve("servers-log4j.properties");
  }

  static List<String> zooKeeperCommand(Path properties) {
    return List.of(
        java(),
        "-Xmx512m",
        "-Djute.maxbuffer=16777216",
        serverLogging(ZOOKEEPER_VERSION),
        "-cp",
        classPath(ZOOKEEPER_VERSION),
        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
        properties.toString());
  }
}
