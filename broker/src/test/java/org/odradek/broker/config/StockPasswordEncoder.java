package org.odradek.broker.config;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a stock broker encrypts passwords with, in a loader of its own. */
final class StockPasswordEncoder implements AutoCloseable {
  private final URLClassLoader loader;
  private final Class<?> passwordType;
  private final Object encoder;

  private StockPasswordEncoder(URLClassLoader loader, String secret, String cipher, int keyLength)
      throws ReflectiveOperationException {
    this.loader = loader;
    this.passwordType = loader.loadClass("org.apache.kafka.common.config.types.Password");
    this.encoder =
        loader
            .loadClass("org.apache.kafka.security.EncryptingPasswordEncoder")
            .getConstructor(passwordType, String.class, String.class, int.class, int.class)
            .newInstance(password(secret), null, cipher, keyLength, 1024);
  }

  static StockPasswordEncoder of(String secret, String cipher, int keyLength)
      throws IOException, ReflectiveOperationException {
    List<URL> jars = new ArrayList<>();
    try (var files = Files.list(Path.of("target", "stock-kafka-3.9.2"))) {
      for (Path jar : files.toList()) {
        jars.add(jar.toUri().toURL());
      }
    }
    return new StockPasswordEncoder(
        new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()),
        secret,
        cipher,
        keyLength);
  }

  private Object password(String text) throws ReflectiveOperationException {
    return passwordType.getConstructor(String.class).newInstance(text);
  }

  String encode(String password) throws ReflectiveOperationException {
    return (String)
        encoder.getClass().getMethod("encode", passwordType).invoke(encoder, password(password));
  }

  String decode(String encoded) throws ReflectiveOperationException {
    Object password = encoder.getClass().getMethod("decode", String.class).invoke(encoder, encoded);
    return (String) passwordType.getMethod("value").invoke(password);
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
