package org.odradek.broker.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds files with secrets that every user of the machine can read or change. */
public final class SecretFiles {
  private static final String JAAS_FILE = "java.security.auth.login.config";
  private static final String CHANGE = "chmod o-rwx ";

  private SecretFiles() {}

  /**
   * A line for each such file: the configuration file if it holds passwords, the JAAS file, key
   * stores, and the files of OAUTHBEARER.
   *
   * @param file the configuration was read from; null for none
   */
  public static List<String> warnings(@Nullable Path file, Map<String, String> settings) {
    Map<Path, String> files = new LinkedHashMap<>();
    if (file != null && settings.keySet().stream().anyMatch(StoredPasswords::isPassword)) {
      files.put(file, "passwords");
    }
    String jaas = System.getProperty(JAAS_FILE);
    if (jaas != null && !jaas.isBlank()) {
      put(files, jaas.startsWith("=") ? jaas.substring(1) : jaas, "passwords");
    }
    settings.forEach((name, text) -> {
      if (name.endsWith("ssl.keystore.location")) {
        put(files, text, "a private key");
      } else if (name.endsWith("sasl.oauthbearer.token.endpoint.url") && text.startsWith("file:")) {
        put(files, text, "a token");
      }
    });
    List<String> warnings = new ArrayList<>();
    files.forEach((path, content) -> {
      String warning = warning(path, content);
      if (warning != null) {
        warnings.add(warning);
      }
    });
    return warnings;
  }

  /** A line if the file is such a one, else null. */
  public static @Nullable String warning(Path path, String content) {
    Set<PosixFilePermission> mode = mode(path);
    return isOpen(mode)
        ? "Every user of this machine has access to %s, which holds %s (mode %s): %s%s"
            .formatted(path, content, PosixFilePermissions.toString(mode), CHANGE, path)
        : null;
  }

  private static void put(Map<Path, String> files, String name, String content) {
    try {
      String path = name.startsWith("file:") ? name.substring("file:".length()) : name;
      files.put(Path.of(path.startsWith("//") ? path.substring(2) : path), content);
    } catch (IllegalArgumentException e) {
      // who reads the file says what is wrong with its name
    }
  }

  /** Empty where the file is not there, or the file system knows no modes. */
  private static Set<PosixFilePermission> mode(Path file) {
    try {
      return Files.getPosixFilePermissions(file);
    } catch (IOException | UnsupportedOperationException e) {
      return Set.of();
    }
  }

  private static boolean isOpen(Set<PosixFilePermission> mode) {
    return mode.contains(PosixFilePermission.OTHERS_READ)
        || mode.contains(PosixFilePermission.OTHERS_WRITE);
  }
}
