package org.odradek.broker.training;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.odradek.broker.network.ClientConnection;
import org.odradek.broker.training.ProduceTraffic.Shape;
import org.odradek.broker.training.TopicTraffic.Topic;

/**
 * Works with a broker on the loopback interface until it has compiled what it serves requests with.
 * Arguments: the port of a plain listener; and, to do the same over TLS, the port of an encrypted
 * one, the store with its certificate (PKCS #12), and the store's password. Ends with status 1
 * where the broker answers with an error.
 */
public final class TrainingClient {
  private static final int PARTITIONS = 6;

  private final SocketFactory sockets;
  private final int port;
  private final double scale;

  /**
   * @param scale 1 for as many requests as it takes to compile what serves them
   */
  TrainingClient(SocketFactory sockets, int port, double scale) {
    this.sockets = sockets;
    this.port = port;
    this.scale = scale;
  }

  public static void main(String[] arguments) throws Exception {
    new TrainingClient(SocketFactory.getDefault(), Integer.parseInt(arguments[0]), 1).run("plain");
    if (arguments.length > 1) {
      SocketFactory encrypted = trusting(Path.of(arguments[2]), arguments[3].toCharArray());
      new TrainingClient(encrypted, Integer.parseInt(arguments[1]), 0.25).run("encrypted");
    }
  }

  private static SocketFactory trusting(Path store, char[] password)
      throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, password);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  /**
   * All that it does, over one connection for each subject, as clients have one for each broker.
   *
   * @param prefix of the names of its topics
   */
  void run(String prefix) throws IOException {
    Topic small;
    Topic large;
    try (var connection = connect()) {
      var topics = new TopicTraffic(connection);
      topics.greet();
      small = topics.create(prefix + "-small", PARTITIONS, 7);
      large = topics.create(prefix + "-large", PARTITIONS, 3);
      var unused = topics.find(prefix + "-created-by-asking");
    }
    try (var connection = connect()) {
      produce(new ProduceTraffic(connection, small), new ProduceTraffic(connection, large));
    }
    try (var connection = connect()) {
      fetch(new FetchTraffic(connection, small), new FetchTraffic(connection, large));
    }
    try (var connection = connect()) {
      new GroupTraffic(connection, small).live(requests(100));
    }
  }

  private ClientConnection connect() throws IOException {
    return new ClientConnection(sockets, "127.0.0.1", port, "training");
  }

  private void produce(ProduceTraffic small, ProduceTraffic large) throws IOException {
    // requests alike, few of them large: a build should not write hundreds of megabytes
    small.send(new Shape(3, 1, 100, 1, 1), requests(1_000));
    small.send(new Shape(7, 0, 100, 10, 1), requests(200));
    small.send(new Shape(9, -1, 100, 30, 1), requests(2_000));
    large.send(new Shape(13, 1, 1024, 15, PARTITIONS), requests(500));
    large.send(new Shape(13, 1, 1024, 2, PARTITIONS), requests(3_000));
    small.send(new Shape(11, 1, 100, 150, 3), requests(500));
    small.send(new Shape(11, 1, 100, 20, 3), requests(3_000));
    small.sendIdempotent(new Shape(12, -1, 100, 10, 1), requests(1_000));
  }

  private void fetch(FetchTraffic small, FetchTraffic large) throws IOException {
    small.listOffsets(1, 8);
    small.read(7, 1 << 12, requests(1_000));
    large.read(12, 1 << 14, requests(2_000));
    large.read(17, 1 << 14, requests(2_000));
    large.read(17, 1 << 20, requests(200));
    small.waitForMore(17, requests(50), 2);
  }

  private int requests(int count) {
    return Math.max(2, (int) (count * scale));
  }
}
