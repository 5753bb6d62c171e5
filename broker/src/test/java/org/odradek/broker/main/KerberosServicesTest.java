package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.authentication.gssapi.TestKdc;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;

class KerberosServicesTest {

  /** The settings of a broker that has GSSAPI for all; its other keys are defaults. */
  private static Map<String, String> settings(JaasEntry entry) {
    String options =
        entry.options().entrySet().stream()
            .map(option -> option.getKey() + "=\"" + option.getValue() + "\"")
            .collect(Collectors.joining(" "));
    Map<String, String> settings = new HashMap<>();
    settings.put("listeners", "SASL_PLAINTEXT://127.0.0.1:0");
    settings.put("security.inter.broker.protocol", "SASL_PLAINTEXT");
    settings.put("sasl.kerberos.service.name", "kafka");
    settings.put(
        "listener.name.sasl_plaintext.gssapi.sasl.jaas.config",
        entry.moduleClass() + " required " + options + ";");
    return settings;
  }

  private static JaasEntry withoutKdc(Path folder) {
    return new JaasEntry(
        "com.sun.security.auth.module.Krb5LoginModule",
        Map.of(
            "useKeyTab", "true",
            "storeKey", "true",
            "keyTab", folder.resolve("kafka.keytab").toString(),
            "principal", "kafka/localhost@NOWHERE.ODRADEK"));
  }

  private static String refused(Map<String, String> settings) {
    return String.valueOf(
        assertThrows(
                ConfigException.class, () -> SecurityServices.of(BrokerConfig.of(settings)).close())
            .getMessage());
  }

  @Test
  void gssapiIsTheDefault(@TempDir Path folder) {
    try (TestKdc kdc = new TestKdc(folder);
        SecurityServices services =
            SecurityServices.of(BrokerConfig.of(settings(kdc.register(TestKdc.BROKER))))) {
      SaslListener sasl = Objects.requireNonNull(services.listener("SASL_PLAINTEXT").sasl());
      assertEquals("GSSAPI", sasl.settings().mechanisms().getFirst().name());
      assertEquals("GSSAPI", Objects.requireNonNull(services.peers().sasl()).name());
    }
  }

  @Test
  void whatIsMissingIsNamed(@TempDir Path folder) {
    String noKeyTab = refused(settings(withoutKdc(folder)));
    assertTrue(noKeyTab.contains("kafka.keytab"), noKeyTab);
    assertTrue(noKeyTab.contains("kafka/localhost@NOWHERE.ODRADEK"), noKeyTab);

    Map<String, String> noService = settings(withoutKdc(folder));
    noService.remove("sasl.kerberos.service.name");
    String service = refused(noService);
    assertTrue(service.contains("sasl.kerberos.service.name"), service);

    Map<String, String> badRule = settings(withoutKdc(folder));
    badRule.put("sasl.kerberos.principal.to.local.rules", "RULE:[1:$1,DEFAULT");
    String rule = refused(badRule);
    assertTrue(rule.contains("RULE:[1:$1"), rule);

    String module =
        refused(settings(new JaasEntry(JaasEntry.PLAIN, Map.of("user_alice", "secret-of-alice"))));
    assertTrue(module.contains("Krb5LoginModule"), module);
    assertTrue(!module.contains("secret-of-alice"), module);
  }

  @Test
  void twoNamesOfTheServiceContradictEachOther(@TempDir Path folder) {
    Map<String, String> options = new HashMap<>(withoutKdc(folder).options());
    options.put("serviceName", "web");
    String message = refused(settings(new JaasEntry(withoutKdc(folder).moduleClass(), options)));
    assertTrue(message.contains("web") && message.contains("kafka"), message);
  }
}
