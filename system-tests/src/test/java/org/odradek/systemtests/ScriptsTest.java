package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Clients;
import org.odradek.systemtests.harness.CommandOutcome;
import org.odradek.systemtests.harness.StockTools;
import org.odradek.systemtests.harness.SystemUnderTest;

/** The scripts in {@code bin/} as a person calls them. */
class ScriptsTest {

  @BeforeEach
  void onlyOurs() {
    assumeFalse(SystemUnderTest.chosen().isStock(), "these are our own scripts");
  }

  @Test
  void startsInTheBackgroundWithOverridesAndStops() throws Exception {
    Path folder = Checkout.emptyWorkFolder("scripts-daemon");
    StockTools shell = shell(folder);
    int port = Checkout.freePort();
    Files.writeString(
        folder.resolve("my.properties"), "broker.id=7\nlog.dirs=" + folder.resolve("data") + "\n");
    CommandOutcome start =
        shell
            .run(
                "broker-start.sh -daemon my.properties --override listeners=PLAINTEXT://127.0.0.1:"
                    + port
                    + " --override"
                    + " offsets.topic.replication.factor=1")
            .expectSuccess();
    try {
      assertTrue(start.output().contains("127.0.0.1:" + port), start::toString);
      new Clients("127.0.0.1:" + port).createTopic("here", 1, Map.of());
      CommandOutcome again = shell.run("broker-start.sh -daemon my.properties");
      assertEquals(1, again.exitStatus(), again::toString);
      assertTrue(again.errors().contains("already runs"), again::toString);
    } finally {
      CommandOutcome stop = shell.run("broker-stop.sh my.properties").expectSuccess();
      assertTrue(stop.output().contains("stopped after"), stop::toString);
    }
    CommandOutcome none = shell.run("broker-stop.sh my.properties");
    assertEquals(1, none.exitStatus(), none::toString);
    assertTrue(none.errors().contains("is not running"), none::toString);
  }

  @Test
  void takesAnyFreePortAndSaysWhich() throws Exception {
    Path folder = Checkout.emptyWorkFolder("scripts-port-0");
    StockTools shell = shell(folder);
    Files.writeString(
        folder.resolve("any.properties"),
        "listeners=PLAINTEXT://127.0.0.1:0\nlog.dirs=" + folder.resolve("data") + "\n");
    CommandOutcome start = shell.run("broker-start.sh -daemon any.properties").expectSuccess();
    try {
      var address =
          java.util.regex.Pattern.compile("127\\.0\\.0\\.1:[1-9]\\d*").matcher(start.output());
      assertTrue(address.find(), start::toString);
      new Clients(address.group()).createTopic("here", 1, Map.of());
    } finally {
      shell.run("broker-stop.sh any.properties").expectSuccess();
    }
  }

  @Test
  void aWrongValueStopsTheStartWithOneLine() throws Exception {
    Path folder = Checkout.emptyWorkFolder("scripts-wrong-value");
    StockTools shell = shell(folder);
    Files.writeString(
        folder.resolve("wrong.properties"),
        "num.partitions=many\nlog.dirs="
            + folder.resolve("data")
            + "\nlisteners=PLAINTEXT://127.0.0.1:0\n");
    CommandOutcome start = shell.run("broker-start.sh wrong.properties");
    assertEquals(1, start.exitStatus(), start::toString);
    String said = start.output() + start.errors();
    assertTrue(said.contains("num.partitions") && said.contains("many"), start::toString);
    assertEquals(1, said.lines().count(), start::toString);
  }

  @Test
  void explainThemselves() {
    StockTools shell = shell(Checkout.emptyWorkFolder("scripts-help"));
    for (String script :
        new String[] {
          "broker-start.sh", "broker-stop.sh", "zookeeper-start.sh", "zookeeper-stop.sh"
        }) {
      CommandOutcome help = shell.run(script + " --help").expectSuccess();
      assertTrue(help.output().startsWith("Usage: bin/" + script), help::toString);
    }
    CommandOutcome unknown = shell.run("broker-start.sh --deamon");
    assertEquals(1, unknown.exitStatus(), unknown::toString);
    assertTrue(unknown.errors().contains("Unknown option --deamon"), unknown::toString);
    CommandOutcome missing = shell.run("broker-start.sh no-such.properties");
    assertEquals(1, missing.exitStatus(), missing::toString);
    assertTrue(
        missing.errors().contains("Cannot read the properties file no-such.properties"),
        missing::toString);
  }

  private static StockTools shell(Path folder) {
    return StockTools.of("2.8.2", folder).with("ODRADEK_LOG_DIR", folder.resolve("run").toString());
  }
}
