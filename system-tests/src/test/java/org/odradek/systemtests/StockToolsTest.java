package org.odradek.systemtests;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Checkout;
import org.odradek.systemtests.harness.StockTools;
import org.odradek.systemtests.harness.Transcript;
import org.odradek.systemtests.harness.TranscriptRunner;

/**
 * The stock command line tools of several Kafka versions, command by command, each series on a
 * fresh broker.
 */
@Execution(ExecutionMode.CONCURRENT)
class StockToolsTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "walkthrough-2.4.1, 2.4.1",
    "walkthrough-2.8.2, 2.8.2",
    "walkthrough-3.9.2, 3.9.2",
    "walkthrough-4.3.1, 4.3.1",
    "zookeeper-2.4.1, 2.4.1",
    "zookeeper-2.8.2, 2.8.2",
    "old-clients-0.10.2.2, 0.10.2.2"
  })
  void doesAndPrintsWhatItDoesWithAStockBroker(String transcript, String version) {
    Path folder = Checkout.emptyWorkFolder(transcript);
    StockTools tools = StockTools.of(version, folder);
    try (Broker broker = new Broker(folder).start()) {
      // In the order in which they are replaced: a name that another begins with goes last.
      Map<String, String> variables = new LinkedHashMap<>();
      variables.put("BOOTSTRAP", broker.bootstrap());
      variables.put("ZOOKEEPER", broker.zooKeeper());
      variables.put("DATA", broker.data().toString());
      new TranscriptRunner(tools, variables).run(Transcript.named(transcript));
    }
  }
}
