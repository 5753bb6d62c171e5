import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How a broker with TLS serves a producer that is there, and lets new clients in, while nothing
 * else happens, while handshakes are held open, and while others are done as fast as can be as
 * well. Prints for each of the three, in milliseconds: the time from when a record was due to its
 * acknowledgement (acks=1), and that of new clients from their connect to the answer to their
 * ApiVersions request.
 *
 * <p>Arguments: port on 127.0.0.1, client properties with a PKCS12 trust store, handshakes held
 * open, threads that do handshakes, seconds of each part.
 */
public final class HandshakeStorm {
  private static final int RECORDS_A_SECOND = 200;
  private static final int NEW_CLIENTS_A_SECOND = 5;

  private static final ConcurrentLinkedQueue<Long> records = new ConcurrentLinkedQueue<>();
  private static final ConcurrentLinkedQueue<Long> newClients = new ConcurrentLinkedQueue<>();
  private static final AtomicInteger failures = new AtomicInteger();
  private static final AtomicLong storms = new AtomicLong();
  private static final AtomicLong opened = new AtomicLong();
  private static volatile int wantOpen;
  private static volatile boolean wantStorm;
  private static int port;
  private static SSLContext context;

  private HandshakeStorm() {}

  public static void main(String[] arguments) throws Exception {
    port = Integer.parseInt(arguments[0]);
    var settings = new Properties();
    try (var in = new FileInputStream(arguments[1])) {
      settings.load(in);
    }
    int halfOpen = Integer.parseInt(arguments[2]);
    int threads = Integer.parseInt(arguments[3]);
    int seconds = Integer.parseInt(arguments[4]);
    context = trusting(settings);
    settings.put("bootstrap.servers", "127.0.0.1:" + port);
    settings.put("acks", "1");
    settings.put("enable.idempotence", "false");
    daemon(() -> produce(settings));
    daemon(HandshakeStorm::letNewClientsIn);
    daemon(HandshakeStorm::holdOpen);
    for (int i = 0; i < threads; i++) {
      daemon(HandshakeStorm::storm);
    }
    Thread.sleep(15_000);
    part("nothing else", seconds);
    wantOpen = halfOpen;
    Thread.sleep(5_000);
    part(halfOpen + " handshakes held open", seconds);
    wantStorm = true;
    Thread.sleep(2_000);
    part(halfOpen + " held open, and a storm of whole ones", seconds);
    System.exit(0);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }

  private static void part(String name, int seconds) throws InterruptedException {
    records.clear();
    newClients.clear();
    failures.set(0);
    long stormsBefore = storms.get();
    long openedBefore = opened.get();
    Thread.sleep(seconds * 1000L);
    System.out.printf(
        "%s: records %s; new clients %s; failed %d; whole handshakes a second %d; opened %d%n",
        name,
        percentiles(records),
        percentiles(newClients),
        failures.get(),
        (storms.get() - stormsBefore) / seconds,
        opened.get() - openedBefore);
  }

  private static String percentiles(ConcurrentLinkedQueue<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    if (sorted.length == 0) {
      return "none";
    }
    return "p50 %.1f p99 %.1f max %.1f (of %d)"
        .formatted(
            sorted[sorted.length / 2] / 1e6,
            sorted[(int) (sorted.length * 0.99)] / 1e6,
            sorted[sorted.length - 1] / 1e6,
            sorted.length);
  }

  private static SSLContext trusting(Properties settings) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (var in = new FileInputStream(settings.getProperty("ssl.truststore.location"))) {
      store.load(in, settings.getProperty("ssl.truststore.password").toCharArray());
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext made = SSLContext.getInstance("TLS");
    made.init(null, trust.getTrustManagers(), null);
    return made;
  }

  private static void produce(Properties settings) {
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      byte[] value = new byte[100];
      long start = System.nanoTime();
      for (long i = 0; ; i++) {
        long due = start + i * 1_000_000_000L / RECORDS_A_SECOND;
        LockSupport.parkNanos(due - System.nanoTime());
        producer.send(
            new ProducerRecord<>("measured", value),
            (metadata, failure) -> {
              if (failure == null) {
                records.add(System.nanoTime() - due);
              } else {
                failures.incrementAndGet();
              }
            });
      }
    }
  }

  private static void letNewClientsIn() {
    byte[] versions = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, -1, -1};
    while (true) {
      LockSupport.parkNanos(1_000_000_000L / NEW_CLIENTS_A_SECOND);
      daemon(() -> {
        long start = System.nanoTime();
        try (SSLSocket socket = connect()) {
          socket.getOutputStream().write(versions);
          var in = new DataInputStream(socket.getInputStream());
          in.readFully(new byte[in.readInt()]);
          newClients.add(System.nanoTime() - start);
        } catch (IOException e) {
          failures.incrementAndGet();
        }
      });
    }
  }

  private static SSLSocket connect() throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(120_000);
    socket.setSoLinger(true, 0);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void storm() {
    while (true) {
      if (!wantStorm) {
        LockSupport.parkNanos(10_000_000);
        continue;
      }
      try (SSLSocket socket = connect()) {
        // no session to resume: each is a whole one
        context.getClientSessionContext().setSessionCacheSize(1);
        socket.startHandshake();
        storms.incrementAndGet();
      } catch (IOException e) {
        failures.incrementAndGet();
      }
    }
  }

  /** Keeps as many open as are wanted, and makes new ones for those that the broker closes. */
  private static void holdOpen() {
    List<SocketChannel> open = new ArrayList<>();
    ByteBuffer read = ByteBuffer.allocateDirect(16 * 1024);
    try {
      byte[] hello = hello();
      while (true) {
        Iterator<SocketChannel> each = open.iterator();
        while (each.hasNext()) {
          SocketChannel channel = each.next();
          if (isClosed(channel, read)) {
            channel.close();
            each.remove();
          }
        }
        for (int i = open.size(); i < wantOpen; i++) {
          SocketChannel channel = SocketChannel.open(new InetSocketAddress("127.0.0.1", port));
          channel.setOption(StandardSocketOptions.SO_LINGER, 0);
          channel.write(ByteBuffer.wrap(hello));
          channel.configureBlocking(false);
          open.add(channel);
          opened.incrementAndGet();
        }
        LockSupport.parkNanos(100_000_000);
      }
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static boolean isClosed(SocketChannel channel, ByteBuffer into) {
    try {
      int length;
      do {
        length = channel.read(into.clear());
      } while (length > 0);
      return length < 0;
    } catch (IOException e) {
      return true;
    }
  }

  private static byte[] hello() throws Exception {
    SSLEngine engine = context.createSSLEngine("localhost", port);
    engine.setUseClientMode(true);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return Arrays.copyOf(out.array(), out.position());
  }
}
