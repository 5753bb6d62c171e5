package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;
import org.odradek.processes.Waiting;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Clients;
import org.odradek.systemtests.harness.CommandOutcome;
import org.odradek.systemtests.harness.StockTools;

/**
 * A controlled stop: what is in the files then, as the stock tools read it, and what is there again
 * after the start.
 */
class RestartTest {
  private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
  private static final int RECORDS_PER_CODEC = 200;
  private static final TopicPartition PARTITION = new TopicPartition("kept", 0);

  @Test
  void keepsTopicsRecordsAndOffsets() throws Exception {
    Path folder = Checkout.emptyWorkFolder("restart");
    try (Broker broker = new Broker(folder).start()) {
      var clients = new Clients(broker.bootstrap());
      clients.createTopic(
          "kept", 1, Map.of("segment.bytes", "20000", "index.interval.bytes", "1000"));
      List<String> sent = produce(clients);
      clients.commit(
          "readers", Map.of(PARTITION, new OffsetAndMetadata(123, "a note of the reader")));

      int status = broker.stop();
      assertTrue(status == 0 || status == 143, "exit status " + status);
      assertTrue(Files.exists(broker.data().resolve(".kafka_cleanshutdown")), "clean stop marked");
      assertCheckpoints(broker);
      for (String version : List.of("2.8.2", "3.9.2")) {
        StockTools tools = StockTools.of(version, folder);
        assertReadable(tools, broker.partition("kept", 0), "", CODECS.size() * RECORDS_PER_CODEC);
        assertReadable(tools, offsetsPartition(broker), "--offsets-decoder", 1);
      }

      broker.start();
      // A stock broker says that it has started before it knows its topics.
      Waiting.until(
          Duration.ofSeconds(30), () -> clients.topics().contains("kept"), () -> "topic kept");
      List<ConsumerRecord<String, String>> read = clients.readAll("kept");
      assertEquals(sent, read.stream().map(ConsumerRecord::value).toList());
      OffsetAndMetadata committed = clients.committed("readers").get(PARTITION);
      assertEquals(new OffsetAndMetadata(123, "a note of the reader"), committed);
      // Goes on where it was: the next record has the next offset.
      produce(clients);
      assertEquals(2 * sent.size(), clients.readAll("kept").size());
    }
  }

  private static List<String> produce(Clients clients) throws Exception {
    var values = new ArrayList<String>();
    for (String codec : CODECS) {
      Map<String, Object> settings =
          Map.of("compression.type", codec, "linger.ms", 20, "batch.size", 2_000);
      try (KafkaProducer<String, String> producer = clients.producer(settings)) {
        for (int i = 0; i < RECORDS_PER_CODEC; i++) {
          String value = codec + " " + i + " " + "payload ".repeat(12);
          values.add(value);
          producer.send(new ProducerRecord<>("kept", 0, "key " + i, value));
        }
      }
    }
    return values;
  }

  private static void assertCheckpoints(Broker broker) throws IOException {
    for (String name :
        List.of("recovery-point-offset-checkpoint", "replication-offset-checkpoint")) {
      List<String> lines = Files.readAllLines(broker.data().resolve(name));
      assertEquals("0", lines.getFirst(), name);
      assertTrue(
          lines.contains("kept 0 " + CODECS.size() * RECORDS_PER_CODEC), () -> name + ": " + lines);
    }
    String meta = Files.readString(broker.data().resolve("meta.properties"));
    assertTrue(
        meta.contains("broker.id=0") && meta.contains("version=0") && meta.contains("cluster.id="),
        meta);
  }

  /** The one partition of the offsets topic that is not empty. */
  private static Path offsetsPartition(Broker broker) throws IOException {
    for (int partition = 0; partition < 50; partition++) {
      Path folder = broker.partition("__consumer_offsets", partition);
      if (Files.size(folder.resolve("00000000000000000000.log")) > 0) {
        return folder;
      }
    }
    throw new AssertionError("all partitions of __consumer_offsets are empty");
  }

  /** DumpLogSegments of every file has nothing to complain about, and finds the records. */
  private static void assertReadable(
      StockTools tools, Path partition, String decoder, int records) {
    List<String> logs = filesOf(partition, ".log");
    List<String> indexes = filesOf(partition, ".index");
    assertEquals(logs.size(), indexes.size(), () -> indexes.toString());
    List<String> files = new ArrayList<>(logs);
    files.addAll(indexes);
    files.addAll(filesOf(partition, ".snapshot"));
    CommandOutcome dump = dump(tools, decoder, files);
    assertEquals("", dump.errors(), dump::toString);
    // With | before it from 3.x on, with - or nothing in older versions; lines of batches have
    // baseOffset.
    long found =
        dump.output()
            .lines()
            .filter(line -> line.matches("(\\| )?offset: \\d+ .*keySize: .*"))
            .count();
    assertEquals(records, found, dump::toString);
    // Where the latest record of a batch is not its last, 2.8 calls the entry of the time index
    // "not found", in its
    // own files too: so its errors say nothing.
    dump(tools, "", filesOf(partition, ".timeindex"));
  }

  private static CommandOutcome dump(StockTools tools, String decoder, List<String> files) {
    CommandOutcome outcome =
        tools
            .run(
                "kafka-dump-log.sh --deep-iteration --print-data-log "
                    + decoder
                    + " --files "
                    + String.join(",", files))
            .expectSuccess();
    for (String complaint :
        List.of("ismatch", "invalid", "isvalid: false", "Non-consecutive", "out of order")) {
      assertTrue(!outcome.output().contains(complaint), () -> complaint + "\n" + outcome);
    }
    return outcome;
  }

  private static List<String> filesOf(Path partition, String suffix) {
    try (Stream<Path> files = Files.list(partition)) {
      return files.map(Path::toString).filter(name -> name.endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError("cannot list " + partition, e);
    }
  }
}
