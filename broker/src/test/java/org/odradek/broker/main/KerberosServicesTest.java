package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.authentication.SaslMechanism;
import org.odradek.broker.authentication.TokenLogins;
import org.odradek.broker.authentication.gssapi.GssapiClient;
import org.odradek.broker.authentication.gssapi.GssapiMechanism;
import org.odradek.broker.authentication.gssapi.KerberosLogin;
import org.odradek.broker.authentication.gssapi.TestKdc;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.controller.znode.ConfigEntity;

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
    return TestKdc.entry(
        "kafka/localhost",
        folder.resolve("kafka.keytab"),
        Map.of("principal", "kafka/localhost@NOWHERE.ODRADEK"));
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

  @Test
  void rulesThatComeWithGssapiHoldFromItsFirstLogin(@TempDir Path folder) throws IOException {
    try (TestKdc kdc = new TestKdc(folder);
        BrokerThreads threads = new BrokerThreads(2, 1, 2)) {
      rulesThatComeWithGssapi(
          kdc, BrokerConfig.of(plainAtFirst(kdc.register(TestKdc.BROKER))), threads);
    }
  }

  private static void rulesThatComeWithGssapi(
      TestKdc kdc, BrokerConfig config, BrokerThreads threads) throws IOException {
    try (SecurityServices services = SecurityServices.of(config)) {
      SaslListener sasl = Objects.requireNonNull(services.listener("SASL_PLAINTEXT").sasl());
      SaslListener.Settings first = sasl.settings();
      KerberosLogin alice = TestKdc.loggedIn(kdc.register("alice"));
      DynamicConfigs configs = new DynamicConfigs(config, 1);
      services.follow(configs, threads);

      change(configs, "RULE:[1:$1");
      assertSame(first, sasl.settings());

      change(configs, "RULE:[1:$1](bob)s/bob/robert/");
      assertInstanceOf(SaslExchange.Failed.class, verdict(sasl, alice));

      change(configs, "RULE:[1:$1](alice)s/alice/wonder/");
      assertEquals("User:wonder", user(sasl, alice));
      SaslListener.Settings last = sasl.settings();

      change(configs, "RULE:[1:$1");
      assertSame(last, sasl.settings());
    }
  }

  @Test
  void aLoginIsTriedBeforeAListenerGetsIt(@TempDir Path folder) {
    try (TestKdc kdc = new TestKdc(folder);
        BrokerThreads threads = new BrokerThreads(2, 1, 2);
        Started started = new Started(kdc.register(TestKdc.BROKER))) {
      started.kerberos.start(threads);
      SaslListener.Settings before = started.listener.settings();
      String refused =
          String.valueOf(
              assertInstanceOf(
                      ConfigException.class,
                      assertThrows(
                              CompletionException.class,
                              () -> started.check(withoutKdc(folder)).join())
                          .getCause())
                  .getMessage());
      assertTrue(refused.contains("kafka.keytab"), refused);
      assertSame(before, started.listener.settings());
      started.check(kdc.register("kafka/127.0.0.1")).join();
    }
  }

  @Test
  @Timeout(60)
  void aLoginThatWasReplacedIsLoggedOut(@TempDir Path folder) {
    InetSocketAddress client = new InetSocketAddress("127.0.0.1", 50_000);
    JaasEntry entry;
    try (TestKdc kdc = new TestKdc(folder);
        Started started = new Started(entry = kdc.register(TestKdc.BROKER))) {
      SaslMechanism first = started.listener.settings().mechanisms().getFirst();
      KerberosLogin login = started.kerberos.login("SASL_PLAINTEXT", entry);
      assertTrue(assertInstanceOf(GssapiMechanism.class, first).uses(login));
      started.kerberos.tick(10 * KerberosLogins.UNUSED_MAX_MS);
      started.configs.configChanged(
          new ConfigEntity("brokers/1"),
          Map.of("listener.name.sasl_plaintext.sasl.enabled.mechanisms", "PLAIN"));
      assertEquals("PLAIN", started.listener.settings().mechanisms().getFirst().name());
      started.kerberos.tick(11 * KerberosLogins.UNUSED_MAX_MS);
      while (login.isLoggedIn()) {
        assertFalse(Thread.currentThread().isInterrupted(), "not logged out");
        Thread.onSpinWait(); // it is done by a thread of its own
      }
      assertInstanceOf(
          SaslExchange.Unjudged.class, first.begin(client).evaluate(new byte[1]), "without a key");
    }
  }

  /** Somebody writes into ZooKeeper what nobody has tried. */
  @Test
  @Timeout(60)
  void aLoginThatNobodyHasTriedIsTakenOnceItSucceeds(@TempDir Path folder) {
    JaasEntry keyless =
        TestKdc.entry("kafka/later", folder.resolve("kafka_later.keytab"), Map.of());
    try (TestKdc kdc = new TestKdc(folder);
        Started started = new Started(plainAtFirst(keyless))) {
      started.kerberos.begin();
      SaslListener.Settings before = started.listener.settings();
      started.configs.configChanged(
          new ConfigEntity("brokers/1"),
          Map.of("listener.name.sasl_plaintext.sasl.enabled.mechanisms", "GSSAPI"));
      while (started.kerberos.waiting() == 0) {
        assertFalse(Thread.currentThread().isInterrupted(), "not tried");
        Thread.onSpinWait(); // it is done by a thread of its own
      }
      assertSame(before, started.listener.settings());

      kdc.register("kafka/later");
      long atMs = 0;
      while (!started.listener.settings().mechanisms().getFirst().name().equals("GSSAPI")) {
        assertFalse(Thread.currentThread().isInterrupted(), "not taken");
        if (started.kerberos.waiting() > 0) {
          started.kerberos.tick(atMs += KerberosServices.AGAIN_MS);
        }
      }
    }
  }

  /** SASL of one listener, which brokers do not use among themselves. */
  private static final class Started implements AutoCloseable {
    final KerberosServices kerberos;
    final SaslServices services;
    final SaslListener listener;
    final DynamicConfigs configs;

    Started(JaasEntry entry) {
      this(settings(entry));
    }

    Started(Map<String, String> settings) {
      settings.put(
          "listener.name.sasl_plaintext.plain.sasl.jaas.config",
          JaasEntry.PLAIN + " required user_carol=\"secret\";");
      BrokerConfig config = BrokerConfig.of(settings);
      kerberos = new KerberosServices(config, InstantSource.system());
      services =
          new SaslServices(
              config,
              new OAuthBearerServices(config, InstantSource.system()),
              kerberos,
              TokenLogins.NONE);
      listener = services.listener("SASL_PLAINTEXT");
      configs = new DynamicConfigs(config, 1);
      services.follow(configs);
    }

    CompletableFuture<Void> check(JaasEntry entry) {
      return services.check(BrokerConfig.of(settings(entry)));
    }

    @Override
    public void close() {
      kerberos.close();
    }
  }

  /** GSSAPI could be had, but is not enabled. */
  private static Map<String, String> plainAtFirst(JaasEntry entry) {
    Map<String, String> settings = settings(entry);
    settings.put("listeners", "SASL_PLAINTEXT://127.0.0.1:0,PLAINTEXT://127.0.0.1:0");
    settings.put("security.inter.broker.protocol", "PLAINTEXT");
    settings.put("sasl.enabled.mechanisms", "PLAIN");
    settings.put(
        "listener.name.sasl_plaintext.plain.sasl.jaas.config",
        JaasEntry.PLAIN + " required user_carol=\"secret\";");
    return settings;
  }

  private static void change(DynamicConfigs configs, String rules) {
    configs.configChanged(
        new ConfigEntity("brokers/1"),
        Map.of(
            "listener.name.sasl_plaintext.sasl.enabled.mechanisms",
            "GSSAPI",
            "listener.name.sasl_plaintext.sasl.kerberos.principal.to.local.rules",
            rules));
  }

  private static SaslExchange.Step verdict(SaslListener sasl, KerberosLogin login) {
    SaslMechanism mechanism = sasl.settings().mechanisms().getFirst();
    assertEquals("GSSAPI", mechanism.name());
    SaslClientExchange client = new GssapiClient(login, "kafka", Runnable::run).begin("localhost");
    SaslExchange server = mechanism.begin(new InetSocketAddress("127.0.0.1", 50_000));
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

  private static String user(SaslListener sasl, KerberosLogin login) {
    return assertInstanceOf(SaslExchange.Done.class, verdict(sasl, login))
        .identity()
        .principal()
        .toString();
  }
}
