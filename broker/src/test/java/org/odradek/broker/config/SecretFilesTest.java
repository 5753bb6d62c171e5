package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFilesTest {
  @TempDir Path directory;

  @Test
  void filesWithSecretsThatEverybodyCanReadAreNamed() throws Exception {
    Path file = file("server.properties", "rw-r--r--");
    Path store = file("keys.p12", "rw-r-----");
    Path token = file("token.jwt", "rw----r--");
    assertEquals(List.of(), SecretFiles.warnings(file, Map.of("broker.id", "0")), "no secrets");
    Map<String, String> settings =
        Map.of(
            "listener.name.x.ssl.keystore.password",
            "secret",
            "ssl.keystore.location",
            store.toString(),
            "sasl.oauthbearer.token.endpoint.url",
            "file://" + token,
            "listener.name.y.ssl.keystore.location",
            directory.resolve("missing").toString());
    List<String> warnings = SecretFiles.warnings(file, settings);
    assertEquals(2, warnings.size(), warnings.toString());
    assertEquals(
        "Every user of this machine has access to "
            + file
            + ", which holds passwords (mode rw-r--r--): chmod o-rwx "
            + file,
        warnings.getFirst());
    assertTrue(warnings.getLast().contains("token.jwt, which holds a token"), warnings.getLast());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
    assertEquals(List.of(), SecretFiles.warnings(file, settings));
  }

  private Path file(String name, String mode) throws Exception {
    Path file = Files.createFile(directory.resolve(name));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
