import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
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
 * else happens, while handshakes come and are held open, and while others are done as fast as can
 * be as well. Prints for each of the three, in milliseconds: the time from when a record was due to
 * its acknowledgement (acks=1), and that of new clients from their connect to the answer to their
 * ApiVersions request.
 *
 * <p>It begins once the producer's records are acknowledged no faster than a moment before.
 * Whatever was due in a part counts in it, with what it has waited so far if it is not over soon
 * after.
 *
 * <p>Arguments: port on 127.0.0.1, client properties with a PKCS12 trust store, handshakes held
 * open, threads that do handshakes, seconds of each part, file to which all figures are added, a
 * line for each: part, figure, value; address from which the crowd comes.
 */
public final class HandshakeStorm {
  private static final int RECORDS_A_SECOND = 200;
  private static final int NEW_CLIENTS_A_SECOND = 5;
  private static final int WARM_UP_WINDOW_SECONDS = 2;
  private static final int WARM_UP_MAX_SECONDS = 20;
  private static final int LATE_MAX_SECONDS = 15;

  private static final AtomicLong storms = new AtomicLong();
  private static final AtomicLong opened = new AtomicLong();
  private static final AtomicLong peers = new AtomicLong();
  private static volatile Part now = new Part();
  private static volatile int wantOpen;
  private static volatile boolean wantStorm;
  private static volatile boolean isProducing;
  private static int port;
  private static SSLContext context;
  private static Path figures;
  private static InetSocketAddress crowd;

  private HandshakeStorm() {}

  /** What is measured over some seconds. */
  private static final class Part {
    final Waits records = new Waits();
    final Waits newClients = new Waits();
    final AtomicInteger failures = new AtomicInteger();
  }

  /** How long each of several took, from when it was due. */
  private static final class Waits {
    private final Set<Long> open = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

    /** {@code due} is unlike those of all others. */
    void began(long due) {
      open.add(due);
    }

    void ended(long due) {
      if (open.remove(due)) {
        nanos.add(System.nanoTime() - due);
      }
    }

    void failed(long due) {
      open.remove(due);
    }

    int open() {
      return open.size();
    }

    /** In milliseconds, the shortest first; what is not over counts with what it took until now. */
    double[] sorted() {
      List<Long> all = new ArrayList<>(nanos);
      open.forEach(due -> all.add(System.nanoTime() - due));
      return all.stream().mapToDouble(each -> each / 1e6).sorted().toArray();
    }
  }

  public static void main(String[] arguments) throws Exception {
    port = Integer.parseInt(arguments[0]);
    var settings = new Properties();
    try (var in = new FileInputStream(arguments[1])) {
      settings.load(in);
    }
    int halfOpen = Integer.parseInt(arguments[2]);
    int threads = Integer.parseInt(arguments[3]);
    int seconds = Integer.parseInt(arguments[4]);
    figures = Path.of(arguments[5]);
    crowd = new InetSocketAddress(arguments[6], 0);
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
    warmUp();
    part("nothing else", seconds);
    wantOpen = halfOpen;
    part("held open", seconds);
    wantStorm = true;
    part("held open and a storm", seconds);
    System.exit(0);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }

  /** Until the median of some seconds is not much less than that of those before. */
  private static void warmUp() throws InterruptedException {
    while (!isProducing) {
      Thread.sleep(10);
    }
    double before = Double.MAX_VALUE;
    long began = System.nanoTime();
    while (true) {
      now = new Part();
      Thread.sleep(TimeUnit.SECONDS.toMillis(WARM_UP_WINDOW_SECONDS));
      double[] records = now.records.sorted();
      double median = records[records.length / 2];
      long passed = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
      boolean isSettled = now.newClients.sorted().length > 0 && median > 0.8 * before;
      if (isSettled || passed >= WARM_UP_MAX_SECONDS) {
        System.out.printf(
            "warm-up: %d s, %s by then%n",
            passed, isSettled ? "no faster" : "still getting faster");
        return;
      }
      before = median;
    }
  }

  private static void part(String name, int seconds) throws Exception {
    long stormsBefore = storms.get();
    long openedBefore = opened.get();
    Part part = new Part();
    now = part;
    Thread.sleep(seconds * 1000L);
    now = new Part();
    long stormsASecond = (storms.get() - stormsBefore) / seconds;
    long openedThen = opened.get() - openedBefore;
    for (int i = 0; i < 10 * LATE_MAX_SECONDS; i++) {
      if (part.records.open() + part.newClients.open() == 0) {
        break;
      }
      Thread.sleep(100);
    }
    int unfinished = part.records.open() + part.newClients.open();
    System.out.printf(
        "%s: records %s; new clients %s; failed %d; not over %d s later %d;"
            + " whole handshakes a second %d; opened %d%n",
        name,
        percentiles(name, "records", part.records),
        percentiles(name, "new clients", part.newClients),
        part.failures.get(),
        LATE_MAX_SECONDS,
        unfinished,
        stormsASecond,
        openedThen);
    figure(name, "failed", part.failures.get() + unfinished);
    figure(name, "whole handshakes a second", stormsASecond);
  }

  private static void figure(String part, String name, double value) throws IOException {
    Files.writeString(
        figures,
        "%s\t%s\t%.1f%n".formatted(part, name, value),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private static String percentiles(String part, String name, Waits waits) throws IOException {
    double[] sorted = waits.sorted();
    if (sorted.length == 0) {
      return "none";
    }
    double p50 = sorted[sorted.length / 2];
    double p99 = sorted[(int) (sorted.length * 0.99)];
    double max = sorted[sorted.length - 1];
    figure(part, name + " p50", p50);
    figure(part, name + " p99", p99);
    figure(part, name + " max", max);
    return "p50 %.1f p99 %.1f max %.1f (of %d)".formatted(p50, p99, max, sorted.length);
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
      var record = new ProducerRecord<byte[], byte[]>("measured", new byte[100]);
      // the topic is made now, and the broker known: what follows is due at once
      producer.send(record).get(60, TimeUnit.SECONDS);
      isProducing = true;
      long start = System.nanoTime();
      for (long i = 0; ; i++) {
        long due = start + i * 1_000_000_000L / RECORDS_A_SECOND;
        LockSupport.parkNanos(due - System.nanoTime());
        Part part = now;
        part.records.began(due);
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure == null) {
                part.records.ended(due);
              } else {
                part.records.failed(due);
                part.failures.incrementAndGet();
              }
            });
      }
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void letNewClientsIn() {
    byte[] versions = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, -1, -1};
    while (true) {
      LockSupport.parkNanos(1_000_000_000L / NEW_CLIENTS_A_SECOND);
      Part part = now;
      long start = System.nanoTime();
      part.newClients.began(start);
      daemon(() -> {
        try (SSLSocket socket = connect(null)) {
          socket.getOutputStream().write(versions);
          var in = new DataInputStream(socket.getInputStream());
          in.readFully(new byte[in.readInt()]);
          part.newClients.ended(start);
        } catch (IOException e) {
          part.newClients.failed(start);
          part.failures.incrementAndGet();
        }
      });
    }
  }

  /** Under a name of its own, so that no session is resumed: each handshake is a whole one. */
  private static SSLSocket connect(InetSocketAddress from) throws IOException {
    Socket plain = new Socket();
    plain.bind(from);
    plain.connect(new InetSocketAddress("127.0.0.1", port));
    plain.setSoTimeout(120_000);
    plain.setSoLinger(true, 0);
    plain.setTcpNoDelay(true);
    String name = "peer" + peers.incrementAndGet();
    return (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
  }

  private static void storm() {
    while (true) {
      if (!wantStorm) {
        LockSupport.parkNanos(10_000_000);
        continue;
      }
      try (SSLSocket socket = connect(crowd)) {
        socket.startHandshake();
        storms.incrementAndGet();
      } catch (IOException e) {
        now.failures.incrementAndGet();
      }
    }
  }

  /**
   * Keeps as many open as are wanted, and makes new ones for those that the broker closes: all at
   * once, as clients do that do not know of each other.
   */
  private static void holdOpen() {
    List<SocketChannel> open = new ArrayList<>();
    ByteBuffer read = ByteBuffer.allocateDirect(16 * 1024);
    try (Selector connected = Selector.open()) {
      byte[] hello = hello();
      long lookNanos = System.nanoTime();
      while (true) {
        connected.select(key -> begin(key, hello), 50);
        if (System.nanoTime() - lookNanos < 0) {
          continue;
        }
        lookNanos = System.nanoTime() + 100_000_000;
        Iterator<SocketChannel> each = open.iterator();
        while (each.hasNext()) {
          SocketChannel channel = each.next();
          if (!channel.isOpen() || (channel.isConnected() && isClosed(channel, read))) {
            channel.close();
            each.remove();
          }
        }
        for (int i = open.size(); i < wantOpen; i++) {
          SocketChannel channel = SocketChannel.open();
          channel.setOption(StandardSocketOptions.SO_LINGER, 0);
          channel.bind(crowd);
          channel.configureBlocking(false);
          channel.register(connected, SelectionKey.OP_CONNECT);
          channel.connect(new InetSocketAddress("127.0.0.1", port));
          open.add(channel);
        }
      }
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private static void begin(SelectionKey connecting, byte[] hello) {
    SocketChannel channel = (SocketChannel) connecting.channel();
    try {
      channel.finishConnect();
      connecting.cancel();
      channel.write(ByteBuffer.wrap(hello));
      opened.incrementAndGet();
    } catch (IOException refused) {
      connecting.cancel();
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
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
