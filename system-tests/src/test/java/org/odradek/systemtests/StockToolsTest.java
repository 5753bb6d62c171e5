package org.odradek.systemtests;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.StockTools;
import org.odradek.systemtests.harness.Transcript;
import org.odradek.systemtests.harness.TranscriptRunner;

/**
 * The stock command line tools of several Kafka versions, command by command, each series on a
 * fresh broker.
 */
@Execution(ExecutionMode.CONCURRENT)
class StockToolsTest {
  private static final Pattern OTHER_VERSION = Pattern.compile("KAFKA_VERSION=(\\S+)");

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // the longest first, for two run side by side
    "walkthrough-2.8.2, 2.8.2",
    "walkthrough-4.3.1, 4.3.1",
    "walkthrough-3.9.2, 3.9.2",
    "walkthrough-2.4.1, 2.4.1",
    "quotas-2.8.2, 2.8.2",
    "quotas-4.3.1, 4.3.1",
    "quotas-2.4.1, 2.4.1",
    "zookeeper-2.4.1, 2.4.1",
    "zookeeper-2.8.2, 2.8.2",
    "old-clients-0.10.2.2, 0.10.2.2"
  })
  void doesAndPrintsWhatItDoesWithAStockBroker(String name, String version) {
    Path folder = Checkout.emptyWorkFolder(name);
    Transcript transcript = Transcript.named(name);
    StockTools tools = StockTools.of(version, folder);
    fetchOtherTools(transcript, folder);
    try (Broker broker = new Broker(folder).start()) {
      // In the order in which they are replaced: a name that another begins with goes last.
      Map<String, String> variables = new LinkedHashMap<>();
      variables.put("BOOTSTRAP", broker.bootstrap());
      variables.put("ZOOKEEPER", broker.zooKeeper());
      variables.put("DATA", broker.data().toString());
      new TranscriptRunner(tools, variables).run(transcript);
    }
  }

  /** What a command fetches first, it speaks of. */
  private static void fetchOtherTools(Transcript transcript, Path folder) {
    for (Transcript.Step step : transcript.steps()) {
      Matcher version = OTHER_VERSION.matcher(step.command());
      if (version.find()) {
        StockTools.of(version.group(1), folder);
      }
    }
  }
}
