package org.odradek.broker.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JaasParserTest {
  /** As tutorials have it, blanks, tabs and comments among it. */
  private static final String FILE =
      """
      // the brokers
      KafkaServer {
          org.apache.kafka.common.security.plain.PlainLoginModule required
              username="admin"
              password="password"
              user_admin="password" /* the admin */
              user_alice="a\\"b c;}";
          org.apache.kafka.common.security.scram.ScramLoginModule  sufficient
              username=admin password=p-1.2;
      };
      internal.KafkaServer {
      \torg.apache.kafka.common.security.plain.PlainLoginModule REQUIRED  \s
      \tuser_x="${odradek.test.jaas}-y";
      };
      Client {};
      """;

  @Test
  void readsSectionsModulesAndOptions() {
    System.setProperty("odradek.test.jaas", "expanded");
    Map<String, List<JaasEntry>> sections = JaasParser.parseFile("test", FILE);
    assertEquals(
        List.of(
            new JaasEntry(
                JaasEntry.PLAIN,
                Map.of(
                    "username", "admin",
                    "password", "password",
                    "user_admin", "password",
                    "user_alice", "a\"b c;}")),
            new JaasEntry(JaasEntry.SCRAM, Map.of("username", "admin", "password", "p-1.2"))),
        sections.get("KafkaServer"));
    assertEquals(
        List.of(new JaasEntry(JaasEntry.PLAIN, Map.of("user_x", "expanded-y"))),
        sections.get("internal.KafkaServer"));
    assertEquals(List.of(), sections.get("Client"));
  }

  @Test
  void namesTheLineThatIsWrong() {
    assertMessage("line 3: '{' is missing", "\n\nKafkaServer a.B required;");
    assertMessage("line 2: after the login module", "KafkaServer {\n a.B user=x;");
    assertMessage("line 1: '=' is missing", "KafkaServer { a.B required user; };");
    assertMessage("line 1: it ends where there should be", "KafkaServer { a.B required user=");
    assertMessage(
        "line 1: there is no system property no.such", "A { b required c=\"${no.such}\";};");
    assertMessage("line 2: the section A is there twice", "A {};\nA {};");
  }

  private static void assertMessage(String expected, String text) {
    JaasException failure =
        assertThrows(JaasException.class, () -> JaasParser.parseFile("The file x", text));
    assertTrue(
        String.valueOf(failure.getMessage()).startsWith("The file x, " + expected),
        failure.getMessage());
  }

  @Test
  void aListenersOwnEntriesGoFirst() {
    JaasFile file =
        new JaasFile("x", JaasParser.parseFile("x", FILE.replace("${odradek.test.jaas}", "")));
    String key = "listener.name.internal.plain.sasl.jaas.config";
    JaasLogins logins =
        new JaasLogins(file, name -> name.equals(key) ? "a.B required user_z=\"${z}\";" : null);
    assertEquals(
        List.of(new JaasEntry("a.B", Map.of("user_z", "${z}"))),
        logins.entries("INTERNAL", "PLAIN"));
    assertEquals("-y", logins.entries("INTERNAL", "SCRAM-SHA-256").getFirst().option("user_x"));
    assertEquals(2, logins.entries("OTHER", "PLAIN").size());
  }

  @Test
  void whatIsMissingIsNamed() {
    JaasException failure =
        assertThrows(
            JaasException.class,
            () -> new JaasLogins(JaasFile.NONE, key -> null).entries("SASL_PLAINTEXT", "PLAIN"));
    String message = String.valueOf(failure.getMessage());
    for (String part :
        List.of(
            "listener.name.sasl_plaintext.plain.sasl.jaas.config",
            "sasl_plaintext.KafkaServer",
            "java.security.auth.login.config is not set")) {
      assertTrue(message.contains(part), message);
    }
    JaasException unreadable =
        assertThrows(JaasException.class, () -> JaasFile.read(Path.of("/no/such/jaas.conf")));
    assertTrue(
        String.valueOf(unreadable.getMessage()).contains("/no/such/jaas.conf"),
        unreadable.getMessage());
  }

  @Test
  void secretsAreNotPrinted() {
    JaasEntry entry = new JaasEntry("a.B", Map.of("password", "s3cret"));
    assertFalse(entry.toString().contains("s3cret"), entry.toString());
    assertFalse(new ClientCredentials("a", "s3cret").toString().contains("s3cret"));
  }
}
