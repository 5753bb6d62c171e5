package org.odradek.broker.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.Secret;

/**
 * Reads certificates and private keys in PEM form (RFC 7468; KIP-651). Keys are in PKCS #8, plain
 * or encrypted. No message holds anything of a key.
 */
final class Pem {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-{5}BEGIN\\s+([^-]*?)\\s*-{5}(.*?)-{5}END\\s+([^-]*?)\\s*-{5}", Pattern.DOTALL);
  private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "DSA");
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";
  private static final String PLAIN = "PRIVATE KEY";

  private record Block(String label, byte[] bytes) {}

  private Pem() {}

  /**
   * All certificates of the text, in their order.
   *
   * @throws GeneralSecurityException when there is none, or one cannot be read
   */
  static List<Certificate> certificates(String text) throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.label.endsWith("CERTIFICATE")) {
        certificates.add(factory.generateCertificate(new ByteArrayInputStream(block.bytes)));
      }
    }
    if (certificates.isEmpty()) {
      throw new CertificateException("there is no -----BEGIN CERTIFICATE----- in it");
    }
    return certificates;
  }

  /**
   * The one private key of the text.
   *
   * @param password null where the key is not encrypted
   * @throws GeneralSecurityException when there is not exactly one, or it cannot be read
   */
  static PrivateKey privateKey(String text, @Nullable Secret password)
      throws GeneralSecurityException {
    List<Block> keys =
        blocks(text).stream().filter(block -> block.label.endsWith("PRIVATE KEY")).toList();
    if (keys.size() != 1) {
      throw new InvalidKeySpecException(
          "there must be one -----BEGIN PRIVATE KEY----- in it, but there are " + keys.size());
    }
    Block key = keys.getFirst();
    return switch (key.label) {
      case PLAIN -> decode(new PKCS8EncodedKeySpec(key.bytes));
      case ENCRYPTED -> {
        if (password == null) {
          throw new InvalidKeySpecException(
              "its private key is encrypted, and ssl.key.password is not set");
        }
        yield decode(decrypt(key.bytes, password));
      }
      default ->
          throw new InvalidKeySpecException(
              "its key is a "
                  + key.label
                  + ", but must be in PKCS #8 form: openssl pkcs8 -topk8 turns it into that");
    };
  }

  private static PKCS8EncodedKeySpec decrypt(byte[] bytes, Secret password)
      throws GeneralSecurityException {
    EncryptedPrivateKeyInfo info;
    try {
      info = new EncryptedPrivateKeyInfo(bytes);
    } catch (IOException e) {
      throw new InvalidKeySpecException("its encrypted private key is damaged", e);
    }
    // with PBES2 the parameters name the algorithm
    String algorithm =
        info.getAlgParameters() == null ? info.getAlgName() : info.getAlgParameters().toString();
    if (!algorithm.startsWith("PBE")) {
      algorithm = info.getAlgName();
    }
    PBEKeySpec spec = new PBEKeySpec(password.text().toCharArray());
    try {
      Cipher cipher = Cipher.getInstance(algorithm);
      cipher.init(
          Cipher.DECRYPT_MODE,
          SecretKeyFactory.getInstance(algorithm).generateSecret(spec),
          info.getAlgParameters());
      return info.getKeySpec(cipher);
    } catch (InvalidKeySpecException | java.security.InvalidKeyException e) {
      throw new InvalidKeySpecException(
          "its private key cannot be decrypted: ssl.key.password is wrong", e);
    } finally {
      spec.clearPassword();
    }
  }

  private static PrivateKey decode(PKCS8EncodedKeySpec spec) throws GeneralSecurityException {
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        // of another algorithm
      }
    }
    throw new InvalidKeySpecException("its private key is damaged, or none of " + KEY_ALGORITHMS);
  }

  private static List<Block> blocks(String text) throws GeneralSecurityException {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      String label = matcher.group(1);
      if (!label.equals(matcher.group(3))) {
        throw new InvalidKeySpecException(
            "a BEGIN " + label + " is ended by an END " + matcher.group(3));
      }
      try {
        blocks.add(new Block(label, Base64.getMimeDecoder().decode(matcher.group(2).strip())));
      } catch (IllegalArgumentException e) {
        if (label.contains("KEY") || label.contains("CERTIFICATE")) {
          throw new InvalidKeySpecException("its " + label + " is not in base 64", e);
        }
      }
    }
    return blocks;
  }
}
