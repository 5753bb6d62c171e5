package org.odradek.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Where the scripts are, where tests may write, and which ports are free. */
public final class Checkout {
  // Below the range from which the kernel takes the ports of outgoing connections: a broker that is
  // killed and started again must find its port unused.
  private static final int PORT_FIRST = 18_000;
  private static final int PORT_LAST = 29_999;

  private Checkout() {}

  /** The folder with {@code bin/}. */
  public static Path root() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder.resolve("bin/broker-start.sh"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no bin/broker-start.sh above " + Path.of("").toAbsolutePath());
  }

  /**
   * An empty folder below {@code system-tests/target/work}; it stays after the test, for its logs.
   */
  public static Path emptyWorkFolder(String name) {
    Path folder = root().resolve("system-tests/target/work").resolve(name);
    try {
      if (Files.exists(folder)) {
        try (Stream<Path> found = Files.walk(folder)) {
          for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot empty " + folder, e);
    }
  }

  /** A port of the loopback interface on which nothing listens now. */
  public static int freePort() {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(PORT_FIRST, PORT_LAST + 1);
      try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // the next one
      }
    }
    throw new IllegalStateException("no free port from " + PORT_FIRST + " to " + PORT_LAST);
  }
}
