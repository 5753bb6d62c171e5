package org.odradek.broker.config;

import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Passwords in the encrypted form in which Kafka keeps them in ZooKeeper (KIP-226).
 *
 * <pre>
 *   keyFactoryAlgorithm:A,cipherAlgorithm:C,keyLength:BITS,salt:BASE64,iterations:N,
 *   encryptedPassword:BASE64,passwordLength:CHARACTERS,initializationVector:BASE64
 *   [,authenticationTagLength:BITS]
 * </pre>
 *
 * The form says all that is needed to decrypt it but the secret, so that settings other than the
 * secret may change.
 *
 * <p>Thread-safety: any thread. Each call derives a key, which takes some milliseconds.
 */
final class PasswordCodec {
  private static final int SALT_BYTES = 256;
  private static final String KEY_FACTORY = "PBKDF2WithHmacSHA512";

  private static final String KEY_FACTORY_FIELD = "keyFactoryAlgorithm";
  private static final String CIPHER_FIELD = "cipherAlgorithm";
  private static final String KEY_LENGTH_FIELD = "keyLength";
  private static final String SALT_FIELD = "salt";
  private static final String ITERATIONS_FIELD = "iterations";
  private static final String PASSWORD_FIELD = "encryptedPassword";
  private static final String LENGTH_FIELD = "passwordLength";
  private static final String VECTOR_FIELD = "initializationVector";
  private static final String TAG_LENGTH_FIELD = "authenticationTagLength";

  private final Secret secret;
  private final Settings settings;
  private final SecureRandom random = new SecureRandom();

  /**
   * How passwords are encrypted, {@code password.encoder.*}.
   *
   * @param keyFactory null for PBKDF2WithHmacSHA512
   * @param keyLength in bits
   */
  record Settings(@Nullable String keyFactory, String cipher, int keyLength, int iterations) {}

  PasswordCodec(Secret secret, Settings settings) {
    this.secret = secret;
    this.settings = settings;
  }

  /**
   * @throws ConfigException if the JVM cannot do what is configured
   */
  String encode(String password) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    String keyFactory = settings.keyFactory() == null ? KEY_FACTORY : settings.keyFactory();
    Map<String, String> fields = new LinkedHashMap<>();
    try {
      Cipher cipher = Cipher.getInstance(settings.cipher());
      Settings used =
          new Settings(keyFactory, settings.cipher(), settings.keyLength(), settings.iterations());
      cipher.init(Cipher.ENCRYPT_MODE, key(used, salt));
      byte[] encrypted = cipher.doFinal(password.getBytes(StandardCharsets.UTF_8));
      fields.put(KEY_FACTORY_FIELD, keyFactory);
      fields.put(CIPHER_FIELD, settings.cipher());
      fields.put(KEY_LENGTH_FIELD, String.valueOf(settings.keyLength()));
      fields.put(SALT_FIELD, base64(salt));
      fields.put(ITERATIONS_FIELD, String.valueOf(settings.iterations()));
      fields.put(PASSWORD_FIELD, base64(encrypted));
      fields.put(LENGTH_FIELD, String.valueOf(password.length()));
      addParameters(fields, cipher.getParameters());
    } catch (GeneralSecurityException e) {
      throw new ConfigException(
          "Passwords cannot be encrypted with password.encoder.cipher.algorithm="
              + settings.cipher()
              + ", password.encoder.key.length="
              + settings.keyLength()
              + " and password.encoder.keyfactory.algorithm="
              + keyFactory
              + ": "
              + e.getMessage());
    }
    return fields.entrySet().stream()
        .map(field -> field.getKey() + ":" + field.getValue())
        .collect(Collectors.joining(","));
  }

  private void addParameters(Map<String, String> fields, AlgorithmParameters parameters)
      throws GeneralSecurityException {
    if (isGcm(settings.cipher())) {
      GCMParameterSpec spec = parameters.getParameterSpec(GCMParameterSpec.class);
      fields.put(VECTOR_FIELD, base64(spec.getIV()));
      fields.put(TAG_LENGTH_FIELD, String.valueOf(spec.getTLen()));
    } else {
      fields.put(VECTOR_FIELD, base64(parameters.getParameterSpec(IvParameterSpec.class).getIV()));
    }
  }

  /**
   * The password in {@code encoded}.
   *
   * @throws ConfigException if it was encrypted with another secret, or is malformed
   */
  String decode(String encoded) {
    Map<String, String> fields = fields(encoded);
    try {
      Settings used =
          new Settings(
              field(fields, KEY_FACTORY_FIELD),
              field(fields, CIPHER_FIELD),
              Integer.parseInt(field(fields, KEY_LENGTH_FIELD)),
              Integer.parseInt(field(fields, ITERATIONS_FIELD)));
      Cipher cipher = Cipher.getInstance(used.cipher());
      cipher.init(
          Cipher.DECRYPT_MODE, key(used, bytes(fields, SALT_FIELD)), parameters(used, fields));
      String password =
          new String(cipher.doFinal(bytes(fields, PASSWORD_FIELD)), StandardCharsets.UTF_8);
      if (password.length() != Integer.parseInt(field(fields, LENGTH_FIELD))) {
        throw new ConfigException("it was encrypted with another secret: its length is wrong");
      }
      return password;
    } catch (GeneralSecurityException e) {
      throw new ConfigException(
          "it was encrypted with another secret than password.encoder.secret, or is spoilt");
    } catch (IllegalArgumentException e) {
      throw new ConfigException("it is not in the form in which passwords are stored");
    }
  }

  private static AlgorithmParameterSpec parameters(Settings used, Map<String, String> fields) {
    byte[] vector = bytes(fields, VECTOR_FIELD);
    return isGcm(used.cipher())
        ? new GCMParameterSpec(Integer.parseInt(field(fields, TAG_LENGTH_FIELD)), vector)
        : new IvParameterSpec(vector);
  }

  private SecretKeySpec key(Settings used, byte[] salt) throws GeneralSecurityException {
    String name = used.keyFactory() == null ? KEY_FACTORY : used.keyFactory();
    String cipher = used.cipher();
    int slash = cipher.indexOf('/');
    PBEKeySpec spec =
        new PBEKeySpec(secret.text().toCharArray(), salt, used.iterations(), used.keyLength());
    return new SecretKeySpec(
        SecretKeyFactory.getInstance(name).generateSecret(spec).getEncoded(),
        slash < 0 ? cipher : cipher.substring(0, slash));
  }

  private static boolean isGcm(String cipher) {
    String[] parts = cipher.split("/", -1);
    return parts.length > 1 && parts[1].equalsIgnoreCase("GCM");
  }

  private static Map<String, String> fields(String encoded) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : encoded.split(",", -1)) {
      int colon = field.indexOf(':');
      if (colon > 0) {
        fields.put(field.substring(0, colon).trim(), field.substring(colon + 1).trim());
      }
    }
    return fields;
  }

  private static String field(Map<String, String> fields, String name) {
    String value = fields.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  private static byte[] bytes(Map<String, String> fields, String name) {
    return Base64.getDecoder().decode(field(fields, name));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
