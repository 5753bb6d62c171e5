package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.controller.znode.ConfigEntity;

class StoredPasswordsTest {
  private static final String KEY = "listener.name.external.ssl.keystore.password";

  @Test
  void kafkasBrokersReadWhatIsWrittenHereAndTheOtherWayRound() throws Exception {
    for (String cipher :
        List.of("AES/CBC/PKCS5Padding", "AES/GCM/NoPadding", "DESede/CBC/PKCS5Padding")) {
      int keyLength = cipher.startsWith("DES") ? 192 : 256;
      PasswordCodec ours =
          new PasswordCodec(
              new Secret("sécret"), new PasswordCodec.Settings(null, cipher, keyLength, 2048));
      try (StockPasswordEncoder stock = StockPasswordEncoder.of("sécret", cipher, keyLength)) {
        for (String password : List.of("", "x", "pässword, with: a=b", "p".repeat(1_000))) {
          assertEquals(password, stock.decode(ours.encode(password)));
          assertEquals(password, ours.decode(stock.encode(password)));
        }
      }
    }
  }

  @Test
  void aWrongSecretOrASpoiltTextIsFoundOut() {
    PasswordCodec.Settings settings =
        new PasswordCodec.Settings(null, "AES/CBC/PKCS5Padding", 128, 1024);
    PasswordCodec codec = new PasswordCodec(new Secret("one"), settings);
    String encoded = codec.encode("password");
    assertFalse(encoded.contains("password:"), encoded);
    assertThrows(
        ConfigException.class,
        () -> new PasswordCodec(new Secret("two"), settings).decode(encoded));
    for (String bad : List.of("", "password", encoded.replace("salt:", "salt:!"), "a:b,c:d")) {
      assertThrows(ConfigException.class, () -> codec.decode(bad), bad);
    }
  }

  @Test
  void storedPasswordsComeInTheClearAndAreNotShown() {
    ConfigHandlersTest.Fixture fixture = new ConfigHandlersTest.Fixture();
    byte broker = ConfigResourceType.BROKER.id();
    fixture.change(broker, "0", "set " + KEY + " changeit").isDone();
    String stored = fixture.stored("brokers/0").get(KEY);
    assertTrue(stored != null && stored.contains("encryptedPassword:"), stored);
    fixture.configs.configChanged(ConfigEntity.broker(0), fixture.stored("brokers/0"));
    assertEquals(
        "changeit",
        fixture
            .configs
            .current()
            .value("EXTERNAL", ConfigKey.ofSecret("ssl.keystore.password"))
            .text());
    assertEquals(
        "null 2 ro secret [" + KEY + "=null@2 ssl.keystore.password=null@4]",
        fixture.describe(broker, "0", null).get(KEY));

    fixture.change(broker, "0", "set max.connections 7").isDone();
    assertEquals(
        Map.of(KEY, "changeit", "max.connections", "7"),
        passwords("encoder", null).decodeAll(fixture.stored("brokers/0")));
    fixture.change(broker, "0", "delete " + KEY).isDone();
    assertEquals(Map.of("max.connections", "7"), fixture.stored("brokers/0"));
  }

  @Test
  void withoutASecretNoneAreStoredNorRead() {
    StoredPasswords none = passwords(null, null);
    ConfigException refused =
        assertThrows(ConfigException.class, () -> none.encodeAll(Map.of(KEY, "x")));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith("Password encoder secret not configured"));
    Map<String, String> stored = new HashMap<>(passwords("s", null).encodeAll(Map.of(KEY, "x")));
    stored.put("max.connections", "7");
    assertEquals(Map.of("max.connections", "7"), none.decodeAll(stored));
    assertEquals(Map.of("max.connections", "7"), passwords("t", null).decodeAll(stored));
  }

  @Test
  void aNewSecretTakesOverWhatTheOldOneEncrypted() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(KEY, "x");
    settings.put("max.connections", "7");
    Map<String, String> stored = passwords("old", null).encodeAll(settings);
    StoredPasswords both = passwords("new", "old");
    Map<String, String> renewed = both.withNewSecret(stored);
    assertNotEquals(stored.get(KEY), renewed.get(KEY));
    assertEquals(settings, passwords("new", null).decodeAll(renewed));
    assertSame(renewed, both.withNewSecret(renewed), "nothing to do at the next start");
  }

  private static StoredPasswords passwords(@Nullable String secret, @Nullable String oldSecret) {
    Map<String, String> settings = new HashMap<>(Map.of("broker.id", "0"));
    settings.put("password.encoder.iterations", "1024");
    if (secret != null) {
      settings.put("password.encoder.secret", secret);
    }
    if (oldSecret != null) {
      settings.put("password.encoder.old.secret", oldSecret);
    }
    return StoredPasswords.of(BrokerConfig.of(settings));
  }
}
