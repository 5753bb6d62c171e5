package org.odradek.broker.authentication.gssapi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.security.auth.Subject;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslLoginException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GssapiTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 50_000);

  private TestKdc kdc;
  private Path folder;
  private JaasEntry brokerEntry;
  private JaasEntry aliceEntry;
  private KerberosLogin broker;
  private KerberosLogin alice;

  @BeforeAll
  void startTheKdc(@TempDir Path temporary) throws IOException {
    folder = temporary;
    kdc = new TestKdc(temporary);
    brokerEntry = kdc.register(TestKdc.BROKER);
    aliceEntry = kdc.register("alice");
    broker = TestKdc.loggedIn(brokerEntry);
    alice = TestKdc.loggedIn(aliceEntry);
  }

  @AfterAll
  void stopTheKdc() {
    kdc.close();
  }

  private static SaslExchange server(KerberosLogin login, String... rules) {
    LocalNames names =
        LocalNames.of(rules.length == 0 ? List.of("DEFAULT") : List.of(rules), TestKdc.REALM);
    return new GssapiMechanism(login, names, Runnable::run).begin(CLIENT);
  }

  private static SaslClientExchange client(KerberosLogin login) {
    return new GssapiClient(login, "kafka", Runnable::run).begin("localhost");
  }

  /** Lets both talk until the server has made up its mind. */
  private static SaslExchange.Step talk(SaslClientExchange client, SaslExchange server) {
    byte @Nullable [] token = client.firstToken();
    while (token != null) {
      SaslExchange.Step step = server.evaluate(token);
      if (!(step instanceof SaslExchange.Challenge challenge)) {
        return step;
      }
      token = client.evaluate(challenge.token());
    }
    throw new AssertionError("the client has nothing to say, and the server wants more");
  }

  private static SaslExchange.Failed refused(SaslExchange.Step step) {
    SaslExchange.Failed failed = assertInstanceOf(SaslExchange.Failed.class, step);
    assertEquals(
        "Authentication failed during authentication due to invalid credentials with SASL"
            + " mechanism GSSAPI",
        failed.toClient());
    return failed;
  }

  @Test
  void aTicketForThisBrokerLetsItsOwnerIn() {
    SaslClientExchange client = client(alice);
    SaslExchange.Done done =
        assertInstanceOf(SaslExchange.Done.class, talk(client, server(broker)));
    assertEquals("User:alice", done.identity().principal().toString());
    assertTrue(done.identity().expiresAtMs().isEmpty());
    assertFalse(done.identity().byDelegationToken());
    assertArrayEquals(new byte[0], done.token());
    assertNull(client.evaluate(done.token()));
    assertTrue(client.isComplete());
  }

  @Test
  void aBrokerLogsInToAnotherAsItsService() {
    SaslExchange.Done done =
        assertInstanceOf(SaslExchange.Done.class, talk(client(broker), server(broker)));
    assertEquals("User:kafka", done.identity().principal().toString());
  }

  @Test
  void rulesSayWhoTheOwnerIsHere() {
    SaslExchange.Done done =
        assertInstanceOf(
            SaslExchange.Done.class,
            talk(
                client(alice),
                server(broker, "RULE:[2:$1]", "RULE:[1:$1@$0](a.*@TEST.*)s/@.*/-x/U", "DEFAULT")));
    assertEquals("User:ALICE-X", done.identity().principal().toString());
  }

  @Test
  void whoHasNoNameHereIsRefused() {
    SaslExchange.Failed failed =
        assertInstanceOf(
            SaslExchange.Failed.class, talk(client(alice), server(broker, "RULE:[2:$1]")));
    assertEquals("alice@" + TestKdc.REALM, failed.claimedName());
    assertTrue(failed.toLog().contains("no rule"), failed.toLog());
  }

  @Test
  void nobodyIsWhomElseHeAsksToBe() throws Exception {
    Subject subject = alice.subject();
    SaslClient asking =
        Subject.callAs(
            subject,
            () ->
                Sasl.createSaslClient(
                    new String[] {"GSSAPI"}, "admin", "kafka", "localhost", Map.of(), null));
    SaslExchange server = server(broker);
    byte[] token = Subject.callAs(subject, () -> asking.evaluateChallenge(new byte[0]));
    SaslExchange.Step step = server.evaluate(token);
    while (step instanceof SaslExchange.Challenge challenge) {
      token = Subject.callAs(subject, () -> asking.evaluateChallenge(challenge.token()));
      step = server.evaluate(token);
    }
    SaslExchange.Done done = assertInstanceOf(SaslExchange.Done.class, step);
    assertEquals("User:alice", done.identity().principal().toString());
  }

  @Test
  void whatIsNoTicketIsRefused() {
    refused(server(broker).evaluate("let me in".getBytes(StandardCharsets.UTF_8)));
    refused(server(broker).evaluate(new byte[0]));
    byte[] token = client(alice).firstToken();
    token[token.length / 2] ^= 1;
    refused(server(broker).evaluate(token));
  }

  @Test
  void aTicketThatIsShownTwiceIsNotTakenTwice() {
    byte[] token = client(alice).firstToken();
    assertInstanceOf(SaslExchange.Challenge.class, server(broker).evaluate(token));
    SaslExchange.Unjudged again =
        assertInstanceOf(SaslExchange.Unjudged.class, server(broker).evaluate(token));
    assertTrue(again.toLog().contains("replay"), again.toLog());
  }

  @Test
  void aTicketForAnotherKeyIsRefused() throws IOException {
    JaasEntry former = kdc.register("other/localhost");
    KerberosLogin other = TestKdc.loggedIn(former);
    kdc.changeKey("other/localhost");
    SaslClientExchange client = new GssapiClient(alice, "other", Runnable::run).begin("localhost");
    SaslExchange.Failed failed = refused(server(other).evaluate(client.firstToken()));
    assertTrue(failed.toLog().contains("GSS"), failed.toLog());
  }

  @Test
  void aTicketForAnotherServiceIsRefused() throws IOException {
    kdc.register("web/localhost");
    SaslClientExchange client = new GssapiClient(alice, "web", Runnable::run).begin("localhost");
    refused(server(broker).evaluate(client.firstToken()));
  }

  @Test
  void thereIsNoTicketForAServiceThatTheKdcDoesNotKnow() {
    SaslClientExchange client = new GssapiClient(alice, "kafak", Runnable::run).begin("localhost");
    String message =
        String.valueOf(assertThrows(SaslLoginException.class, client::firstToken).getMessage());
    assertTrue(message.contains("kafak/localhost"), message);
    assertTrue(message.contains("(7)"), message);
  }

  @Test
  void whoHasAKeyButNoTicketOfHisOwnCannotAskForOthers() throws IOException {
    KerberosLogin acceptor =
        TestKdc.loggedIn(
            TestKdc.entry(
                TestKdc.BROKER,
                folder.resolve("kafka_localhost.keytab"),
                Map.of("isInitiator", "false")));
    assertThrows(SaslLoginException.class, () -> client(acceptor).firstToken());
    assertInstanceOf(SaslExchange.Done.class, talk(client(alice), server(acceptor)));
  }

  @Test
  void ticketsHaveTheirTime() throws Exception {
    Instant now = Instant.now();
    String service = TestKdc.BROKER;
    byte[] expired =
        ForgedTicket.token(
            "alice",
            service,
            kdc.key(service),
            now.minus(Duration.ofHours(2)),
            now.minus(Duration.ofHours(1)));
    SaslExchange.Failed failed = refused(server(broker).evaluate(expired));
    assertTrue(failed.toLog().contains("(32)"), failed.toLog());

    // clocks may differ: he is not told that his credentials are wrong, and tries again
    byte[] early =
        ForgedTicket.token(
            "alice",
            service,
            kdc.key(service),
            now.plus(Duration.ofHours(1)),
            now.plus(Duration.ofHours(2)));
    SaslExchange.Unjudged unjudged =
        assertInstanceOf(SaslExchange.Unjudged.class, server(broker).evaluate(early));
    assertTrue(unjudged.toLog().contains("(33)"), unjudged.toLog());
  }

  @Test
  void theForgedTicketsAreRightButForTheirTime() throws Exception {
    Instant now = Instant.now();
    byte[] valid =
        ForgedTicket.token(
            "alice",
            TestKdc.BROKER,
            kdc.key(TestKdc.BROKER),
            now.minus(Duration.ofHours(1)),
            now.plus(Duration.ofHours(1)));
    // what it lacks is the checksum of the GSS layer above Kerberos, looked at last
    SaslExchange.Failed failed = refused(server(broker).evaluate(valid));
    assertTrue(failed.toLog().contains("hecksum"), failed.toLog());
  }

  @Test
  void nobodyIsJudgedBeforeTheBrokerHasLoggedIn() {
    KerberosLogin none = TestKdc.login(brokerEntry, InstantSource.system());
    assertInstanceOf(SaslExchange.Unjudged.class, server(none).evaluate(new byte[1]));
    assertThrows(SaslLoginException.class, () -> client(none));
  }

  @Test
  void aRenewedLoginTakesThePlaceOfTheFormer() throws IOException {
    KerberosLogin login = TestKdc.login(aliceEntry, InstantSource.system());
    long firstMs = login.logIn();
    Subject first = login.subject();
    long secondMs = login.logIn();
    assertNotSame(first, login.subject());
    // of a life of 24 hours, as this server gives them
    assertTrue(firstMs > 60_000 && secondMs > 60_000, firstMs + ", " + secondMs);
    SaslClientExchange begun = client(login);
    login.logIn();
    assertInstanceOf(SaslExchange.Done.class, talk(begun, server(broker)));
    assertInstanceOf(SaslExchange.Done.class, talk(client(login), server(broker)));
  }

  @Test
  void aLoginThatCannotBeRenewedStays() throws IOException {
    JaasEntry entry = kdc.register("bob");
    KerberosLogin login = TestKdc.loggedIn(entry);
    Subject subject = login.subject();
    Files.delete(folder.resolve("bob.keytab"));
    String message = String.valueOf(assertThrows(IOException.class, login::logIn).getMessage());
    assertTrue(message.contains("bob@" + TestKdc.REALM), message);
    assertTrue(message.contains("bob.keytab"), message);
    assertSame(subject, login.subject());
    assertInstanceOf(SaslExchange.Done.class, talk(client(login), server(broker)));
  }
}
