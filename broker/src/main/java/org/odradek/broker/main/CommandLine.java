package org.odradek.broker.main;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.BrokerConfigFile;
import org.odradek.broker.config.ConfigException;

/**
 * What the broker was started with.
 *
 * @param file the properties file; null for none
 * @param overrides settings that win over the file's
 */
record CommandLine(
    @Nullable Path file, Map<String, String> overrides, boolean help, boolean version) {
  static final String USAGE =
      """
      Usage: odradek [FILE] [--override KEY=VALUE]...

      Starts a broker with the settings of FILE, a server.properties with Kafka's names and meanings.
      Where no zookeeper.connect is set, a ZooKeeper server runs inside the broker.

        --override KEY=VALUE  set or replace one setting; may be repeated
        --version             print the version and end
        --help                print this and end
      """;

  /**
   * @throws ConfigException saying which argument is wrong, in one line
   */
  static CommandLine parse(String[] arguments) {
    Path file = null;
    Map<String, String> overrides = new LinkedHashMap<>();
    boolean help = false;
    boolean version = false;
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      switch (argument) {
        case "--help", "-h" -> help = true;
        case "--version" -> version = true;
        case "--override" -> {
          i++;
          if (i == arguments.length) {
            throw new ConfigException("--override needs KEY=VALUE after it; see --help");
          }
          BrokerConfigFile.override(overrides, arguments[i]);
        }
        default -> {
          if (argument.startsWith("-")) {
            throw new ConfigException("Unknown option " + argument + "; see --help");
          }
          if (file != null) {
            throw new ConfigException(
                "One properties file at most, but both "
                    + file
                    + " and "
                    + argument
                    + " were given");
          }
          file = Path.of(argument);
        }
      }
    }
    return new CommandLine(file, overrides, help, version);
  }
}
