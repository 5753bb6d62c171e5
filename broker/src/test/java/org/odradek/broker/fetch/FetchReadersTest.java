package org.odradek.broker.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.odradek.broker.fetch.Fetched.bytes;
import static org.odradek.broker.fetch.Fetched.only;
import static org.odradek.broker.fetch.Wanted.at;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.partition.Answer;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.TestBroker;
import org.odradek.broker.quota.ClientQuota;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.odradek.storage.AppendOrigin;

/** Which reads are done at once, and which by a reader, who may wait for a disk. */
final class FetchReadersTest {
  @TempDir Path directory;
  private TestBroker broker;
  private final AtomicInteger asked = new AtomicInteger();
  private FetchHandler handler;

  @BeforeEach
  void start() {
    broker = new TestBroker(directory);
    handler =
        new FetchHandler(
            new FetchServices(
                broker.partitions,
                broker.metadata,
                new FetchSessions(2, broker.timer::nowMs, () -> 100),
                broker.timer,
                task -> {
                  asked.incrementAndGet();
                  task.run();
                },
                50_000_000,
                ReplicationQuota.none(),
                ClientQuota.none(),
                ReplicaSelector.RACK_AWARE));
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private PartitionData ask(FetchRequest request) {
    return only(Answer.to(handler, 12, request, FetchResponse::read).get());
  }

  @Test
  void asksAReaderOnlyWhereADiskMayHaveToBeWaitedFor() {
    assumeTrue(System.getProperty("os.name", "").startsWith("Linux"));
    Partition partition = broker.lead("t");
    while (partition.log().likelyResident(0)) {
      partition.append(broker.batch("v".repeat(900_000)), AppendOrigin.CLIENT, false);
    }
    FetchRequest fromTheStart = Wanted.request(broker, 1, 0, at("t", 0, 0));
    PartitionData old = ask(fromTheStart);
    assertEquals(1_000_000, bytes(old).remaining());
    assertEquals(0, asked.get(), "written a moment ago, and so in the page cache");
    PartitionData same = ask(fromTheStart.isolationLevel((byte) 1));
    assertEquals(bytes(old), bytes(same));
    assertEquals(1, asked.get(), "looks for aborted transactions");
  }
}
