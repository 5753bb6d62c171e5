package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.processes.Checkout;
import org.odradek.processes.Waiting;
import org.odradek.systemtests.harness.BesiegedBroker;
import org.odradek.systemtests.harness.Clients;
import org.odradek.systemtests.harness.Crowd;
import org.odradek.systemtests.harness.OrdinaryClients;
import org.odradek.systemtests.harness.ProcessUsage;
import org.odradek.systemtests.harness.RawClient;
import org.odradek.systemtests.harness.SystemUnderTest;

/**
 * Strangers do to the doors of a broker what they like: they hold handshakes open by the thousand,
 * say nothing, or too much, or what is not their turn, and call themselves odd names. Ordinary
 * clients of all listeners, and new ones, go on being served meanwhile; the broker's memory stays
 * within bounds, and afterwards it has let go of everything.
 */
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandshakeAbuseTest {
  /** How many connections there are of each kind of stranger. */
  private static final int CROWD = Integer.getInteger("abuse.crowd", 1_000);

  /**
   * What the broker may have in memory at any time, with a heap of at most 256 MiB: that heap,
   * engines of 4,000 TLS handshakes, 64 MiB of tokens before logins, and the JVM itself.
   */
  private static final long RESIDENT_MAX_BYTES = 640L << 20;

  /** By how much a second round of the same may raise it: what is leaked is leaked again. */
  private static final long GROWTH_MAX_BYTES = 100L << 20;

  private static final int LOGIN_MAX_BYTES = 512 * 1024;

  /** There are never more engines in handshakes than that. */
  private static final int OPEN_HANDSHAKES_MAX = 4_000;

  /** The broker ends what does not go on after 30 s; and machines may be slow. */
  private static final Duration CLOSING_LIMIT = Duration.ofMinutes(3);

  private static final Duration TRIMMING_LIMIT = Duration.ofMinutes(1);

  private static final short ILLEGAL_SASL_STATE = 34;
  private static final short SASL_AUTHENTICATION_FAILED = 58;
  private static final String FORGED = "[2026-01-01 00:00:00,000] INFO forged";

  private @Nullable BesiegedBroker started;

  @BeforeAll
  void start() {
    assumeFalse(SystemUnderTest.chosen().isStock(), "its limits are not those of a stock broker");
    started = new BesiegedBroker(Checkout.emptyWorkFolder("handshake-abuse"));
    started.start();
  }

  private BesiegedBroker broker() {
    if (started == null) {
      throw new IllegalStateException("not started");
    }
    return started;
  }

  private ProcessUsage usage() {
    return broker().usage();
  }

  private List<OrdinaryClients.Served> servedSoFar() {
    return broker().servedSoFar();
  }

  private void awaitOthers(List<OrdinaryClients.Served> since) {
    broker().awaitOthers(since);
  }

  @AfterAll
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  // ---- thousands at once

  @Test
  void thousandsOfHandshakesAndLoginsThatDoNotGoOn() throws Exception {
    assumeTrue(usage().isKnown(), "there is no /proc");
    long needed = 12L * CROWD;
    assumeTrue(
        Math.min(
                usage().openFilesMax(),
                new ProcessUsage(ProcessHandle.current().pid()).openFilesMax())
            > needed,
        () -> "processes may not have " + needed + " files open: raise the limit (ulimit -n)");
    int socketsBefore = usage().sockets();
    abuse();
    awaitLetGo(socketsBefore);
    long afterFirst = usage().residentBytes();
    abuse();
    awaitLetGo(socketsBefore);
    // What the engines had goes back to the kernel when malloc is trimmed, every five seconds.
    Waiting.until(
        TRIMMING_LIMIT,
        () -> usage().residentBytes() <= afterFirst + GROWTH_MAX_BYTES,
        () ->
            "resident: %d bytes after one round, %d after two"
                .formatted(afterFirst, usage().residentBytes()));
  }

  private void abuse() throws Exception {
    byte[] hello = broker().clientHello();
    byte[] half = Arrays.copyOf(hello, hello.length / 2);
    byte[] nothing = new byte[0];
    List<OrdinaryClients.Served> before = servedSoFar();
    try (var silent = new Crowd(broker().sasl(), CROWD, nothing);
        var silentTls = new Crowd(broker().tls(), CROWD, nothing);
        var silentPlain = new Crowd(broker().plain(), CROWD / 2, nothing);
        var halfHello = new Crowd(broker().tls(), CROWD / 2, half);
        var halfHandshake = new Crowd(broker().tls(), 9 * CROWD / 2, hello);
        var ofTheJvm = new Crowd(broker().tlsOfTheJvm(), CROWD / 4, hello);
        var left = new Crowd(broker().sasl(), CROWD, loginBegun());
        var slow = new Crowd(broker().sasl(), 400, largeTokenBegun())) {
      awaitOthers(before);
      assertMemoryBounded();
      slow.awaitAtMost(
          (64 << 20) / largeTokenBegun().length + 1, CLOSING_LIMIT, "64 MiB for large tokens");
      halfHandshake.awaitAtMost(
          OPEN_HANDSHAKES_MAX, CLOSING_LIMIT, "the oldest go when there are too many");
      List<OrdinaryClients.Served> meanwhile = servedSoFar();
      storm();
      awaitOthers(meanwhile);
      assertMemoryBounded();
      String late = "closed when their time is over";
      for (Crowd crowd :
          List.of(silent, silentTls, halfHello, halfHandshake, ofTheJvm, left, slow)) {
        crowd.awaitAtMost(0, CLOSING_LIMIT, late);
      }
      assertEquals(CROWD / 2, silentPlain.stillOpen(), "who need not say anything yet may stay");
    }
  }

  /** Handshakes that are done, as fast as this machine can, by clients that then leave. */
  private void storm() throws Exception {
    List<Thread> threads = new ArrayList<>();
    SSLContext context = broker().trusting();
    int tls = broker().tls();
    for (int thread = 0; thread < 4; thread++) {
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                for (int i = 0; i < CROWD / 10; i++) {
                  try (Socket socket = context.getSocketFactory().createSocket("127.0.0.1", tls)) {
                    ((SSLSocket) socket).startHandshake();
                  } catch (IOException e) {
                    // strangers are not promised anything
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void assertMemoryBounded() {
    long resident = usage().residentBytes();
    assertTrue(resident <= RESIDENT_MAX_BYTES, () -> "resident: " + resident + " bytes");
  }

  /** Waits until the broker has only the connections of ordinary clients. */
  private void awaitLetGo(int socketsBefore) {
    int ofNewcomers = 4 * broker().listenersInUse();
    Waiting.until(
        CLOSING_LIMIT,
        () -> usage().sockets() <= socketsBefore + ofNewcomers,
        () -> "of " + usage().sockets() + " sockets " + socketsBefore + " should be left");
    awaitOthers(servedSoFar());
  }

  private static byte[] loginBegun() {
    return joined(
        RawClient.handshake("SCRAM-SHA-256"), RawClient.authenticate(utf8("n,,n=alice,r=abc")));
  }

  /** A token of 512 KiB, of which 400 KB come. */
  private static byte[] largeTokenBegun() {
    ByteBuffer begun = ByteBuffer.allocate(400_000).putInt(LOGIN_MAX_BYTES);
    return begun.array();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  // ---- what is refused

  /** By TLS 1.2, as 1.3 has no such thing. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientMayNotAskForAnotherHandshake(boolean ofTheJvm) throws Exception {
    List<OrdinaryClients.Served> before = servedSoFar();
    try (SSLSocket socket =
        (SSLSocket)
            broker()
                .trusting()
                .getSocketFactory()
                .createSocket(
                    InetAddress.getLoopbackAddress(),
                    ofTheJvm ? broker().tlsOfTheJvm() : broker().tls())) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      RawClient client = new RawClient(socket);
      client.send(RawClient.request(RawClient.API_VERSIONS, 0, "raw", new byte[0]));
      assertEquals(0, client.errorCode());
      assertEquals("TLSv1.2", socket.getSession().getProtocol());
      socket.startHandshake(); // sends the first message; the JVM's client waits for nothing here
      client.awaitClosed();
    }
    awaitOthers(before);
  }

  @Test
  void requestsBeforeALoginEndTheConnection() throws IOException {
    List<OrdinaryClients.Served> before = servedSoFar();
    for (ApiKeys key : ApiKeys.values()) {
      if (key == ApiKeys.API_VERSIONS || key == ApiKeys.SASL_HANDSHAKE) {
        continue;
      }
      try (RawClient client = RawClient.to(broker().sasl())) {
        client.send(RawClient.request(key.id, key.oldestVersion(), "raw", new byte[100]));
        client.awaitClosed();
      }
    }
    awaitOthers(before);
  }

  /** As a stock broker does: it is told so by the answer to its own request, then closed. */
  @Test
  void requestsInTheMiddleOfALoginAreToldThatItIsNotTheirTurn() throws IOException {
    List<OrdinaryClients.Served> before = servedSoFar();
    try (RawClient client = RawClient.to(broker().sasl())) {
      client.send(RawClient.handshake("PLAIN"));
      assertEquals(0, client.errorCode());
      client.send(RawClient.handshake("PLAIN"));
      assertEquals(ILLEGAL_SASL_STATE, client.errorCode());
      client.awaitClosed();
    }
    try (RawClient client = RawClient.to(broker().sasl())) {
      client.send(RawClient.handshake("PLAIN"));
      assertEquals(0, client.errorCode());
      // all topics, behind it a login that would be right
      byte[] metadata =
          RawClient.request(RawClient.METADATA, 1, "raw", new byte[] {-1, -1, -1, -1});
      client.send(joined(metadata, RawClient.authenticate(utf8("\0alice\0alice-secret"))));
      ByteBuffer answer = client.answer();
      assertEquals(
          ByteBuffer.wrap(new byte[] {0, 0, 0, 3, 0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0}),
          answer,
          "neither brokers nor topics, byte for byte what Kafka 3.9.2 answers");
      client.awaitClosed();
    }
    awaitOthers(before);
  }

  @Test
  void whatIsTooLargeIsNotTakenIn() throws IOException {
    List<OrdinaryClients.Served> before = servedSoFar();
    for (int length : new int[] {LOGIN_MAX_BYTES + 1, Integer.MAX_VALUE, -1, 0}) {
      try (RawClient client = RawClient.to(broker().sasl())) {
        client.send(ByteBuffer.allocate(4).putInt(length).array());
        client.awaitClosed();
      }
      try (RawClient client = RawClient.to(broker().sasl())) {
        client.send(RawClient.handshake("PLAIN"));
        assertEquals(0, client.errorCode());
        client.send(ByteBuffer.allocate(4).putInt(length).array());
        client.awaitClosed();
      }
    }
    try (RawClient client = RawClient.to(broker().sasl())) {
      client.send(RawClient.handshake("PLAIN"));
      assertEquals(0, client.errorCode());
      byte[] largest = new byte[LOGIN_MAX_BYTES - RawClient.authenticate(new byte[0]).length + 4];
      Arrays.fill(largest, (byte) 'x');
      client.send(RawClient.authenticate(largest));
      assertEquals(SASL_AUTHENTICATION_FAILED, client.errorCode());
      client.awaitClosed();
    }
    try (RawClient client = RawClient.to(broker().tls())) {
      // a record of a handshake that has no end
      byte[] endless = new byte[300 * 1024];
      endless[0] = 22;
      Arrays.fill(endless, 1, 5, (byte) 3);
      try {
        client.send(endless);
      } catch (IOException e) {
        // closed while it was still being sent
      }
      client.awaitClosed();
    }
    awaitOthers(before);
  }

  // ---- odd names

  @Test
  void namesOfClientsCannotForgeTheLog() throws Exception {
    List<OrdinaryClients.Served> before = servedSoFar();
    List<String> odd =
        List.of(
            "a\n" + FORGED,
            "b\r\n" + FORGED + "\u001b[2J\u0007",
            "c\u0085" + FORGED + "\u2028" + FORGED,
            "\"quoted\", 'and', ${jndi:ldap://x} %n{} \\",
            "Jörg 家 \u202e gnitset \ud83d\ude00",
            "d/../..;,=*:?",
            "e".repeat(64 * 1024));
    for (String name : odd) {
      refusedByPlain(name);
      refusedByScram(name);
      if (utf8(name).length < Short.MAX_VALUE) {
        malformedRequestOf(name);
        comesInByScram(name);
      }
    }
    awaitShown("user \"a?[2026", () -> refusedByPlain(odd.getFirst()));
    awaitShown("user \"" + "e".repeat(64) + "...\"", () -> refusedByScram(odd.getLast()));
    awaitOthers(before);
    for (String line : broker().output().lines().toList()) {
      assertFalse(line.startsWith(FORGED), line);
      assertFalse(line.chars().anyMatch(c -> c < ' ' && c != '\t'), line);
      assertTrue(line.length() < 4_000, () -> "a line of " + line.length() + " characters");
    }
  }

  private interface Attempt {
    void run() throws IOException;
  }

  /** The broker logs some failures of each ten seconds only: until one of them is among these. */
  private void awaitShown(String text, Attempt attempt) {
    Waiting.until(
        CLOSING_LIMIT,
        () -> {
          try {
            attempt.run();
          } catch (IOException e) {
            throw new UncheckedIOException("while waiting for " + text, e);
          }
          return broker().output().contains(text);
        },
        () -> "the broker's log shows " + text);
  }

  private void refusedByPlain(String name) throws IOException {
    try (RawClient client = RawClient.to(broker().sasl())) {
      client.send(RawClient.handshake("PLAIN"));
      assertEquals(0, client.errorCode());
      client.send(RawClient.authenticate(utf8("\0" + name + "\0wrong")));
      assertEquals(SASL_AUTHENTICATION_FAILED, client.errorCode());
      client.awaitClosed();
    }
  }

  private void refusedByScram(String name) throws IOException {
    String escaped = name.replace("=", "=3D").replace(",", "=2C");
    try (RawClient client = RawClient.to(broker().sasl())) {
      client.send(RawClient.handshake("SCRAM-SHA-256"));
      assertEquals(0, client.errorCode());
      client.send(RawClient.authenticate(utf8("n,,n=" + escaped + ",r=abc")));
      assertEquals(0, client.errorCode(), "a name that nobody has gets a challenge");
      client.send(RawClient.authenticate(utf8("c=biws,r=abc,p=AAAA")));
      assertEquals(SASL_AUTHENTICATION_FAILED, client.errorCode());
      client.awaitClosed();
    }
  }

  private void malformedRequestOf(String name) throws IOException {
    try (RawClient client = RawClient.to(broker().plain())) {
      client.send(
          RawClient.request(RawClient.METADATA, 1, name, new byte[] {0, 0, 0, 9, 0, 99, 'x'}));
      client.awaitClosed();
    }
  }

  /** A user who is called so can log in, and is served. */
  private void comesInByScram(String name) throws Exception {
    try (Admin admin = new Clients("127.0.0.1:" + broker().plain()).admin()) {
      Clients.get(
          admin
              .alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          name,
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                          "its-secret")))
              .all());
      // the broker hears of it a moment later
      Waiting.until(
          CLOSING_LIMIT,
          () -> Clients.get(admin.describeUserScramCredentials().all()).containsKey(name),
          () -> "a credential of " + name);
    }
    String inJaas = name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    inJaas = inJaas.replace("\r", "\\r");
    try (var producer =
        new KafkaProducer<>(
            broker().saslSettings("SCRAM-SHA-256", inJaas, "its-secret"),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>("odd", 0, "k", "v")).get();
    }
  }
}
