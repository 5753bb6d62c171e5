package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.odradek.broker.config.ConfigException;

class CommandLineTest {
  private static CommandLine parse(String... arguments) {
    return CommandLine.parse(arguments);
  }

  @Test
  void readsAFileAndSettings() {
    CommandLine line = parse("--override", "a=1", "my.properties", "--override", "b=x=y");
    assertEquals(Path.of("my.properties"), line.file());
    assertEquals(Map.of("a", "1", "b", "x=y"), line.overrides());
    assertTrue(parse("--help").help());
    assertTrue(parse("--version").version());
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    assertThrows(ConfigException.class, () -> parse("--override"));
    assertThrows(ConfigException.class, () -> parse("--override", "novalue"));
    assertThrows(ConfigException.class, () -> parse("--nothing"));
    assertThrows(ConfigException.class, () -> parse("one", "two"));
  }
}
