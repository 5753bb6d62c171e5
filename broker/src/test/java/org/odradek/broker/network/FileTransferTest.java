package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.tls.ListenerTls;
import org.odradek.broker.tls.TestCertificates;
import org.odradek.broker.tls.TlsResources;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.FileRecords;
import org.odradek.storage.LogConfig;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.PartitionLog;
import org.odradek.storage.ReadIsolation;
import org.odradek.storage.StorageRuntime;
import org.odradek.storage.StorageSettings;

/** Records of a log on their way to a client, in pieces small and large. */
class FileTransferTest {
  private static final short FETCH_VERSION = 12;

  @TempDir Path directory;

  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final ExecutorService background = Executors.newFixedThreadPool(2);
  private LogDirectories logs;
  private PartitionLog log;

  @BeforeEach
  void fillALog() throws Exception {
    logs =
        LogDirectories.open(
            StorageSettings.defaults(List.of(directory)),
            new StorageRuntime(() -> 0, scheduler, background));
    log = logs.createLog(new TopicPartition("t", 0), null, LogConfig.DEFAULTS);
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      byte[] value = new byte[50_000];
      random.nextBytes(value);
      log.appendAsLeader(
          new RecordBatchBuilder().append(0, null, ByteBuffer.wrap(value)).build(),
          0,
          AppendOrigin.CLIENT);
    }
  }

  @AfterEach
  void close() {
    logs.close();
    scheduler.shutdown();
    background.shutdown();
  }

  private FileRecords read(long offset, int maxBytes) {
    return log.read(offset, maxBytes, true, ReadIsolation.LOG_END).records();
  }

  private static FetchResponse.PartitionData partition(int index, RecordsPayload records) {
    return new FetchResponse.PartitionData().partitionIndex(index).records(records);
  }

  private static FetchResponse response(FetchResponse.PartitionData... partitions) {
    return new FetchResponse()
        .responses(
            List.of(
                new FetchResponse.FetchableTopicResponse()
                    .topic("t")
                    .partitions(List.of(partitions))));
  }

  private static void assertReleased(FileRecords records) {
    assertThrows(IllegalStateException.class, records::retain);
  }

  @Test
  void sendsFilesMemoryAndSmallPiecesInTheirPlaces() throws Exception {
    HeldHandler fetch = new HeldHandler(ApiKey.FETCH, false, false);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(fetch));
        TestClient client = server.connect()) {
      sendAll(server, client, fetch);
    }
  }

  @Test
  void sendsTheSameEncrypted(@TempDir Path stores) throws Exception {
    HeldHandler fetch = new HeldHandler(ApiKey.FETCH, false, false);
    TestCertificates certificates = TestCertificates.create();
    try (TlsResources resources = new TlsResources();
        ListenerTls tls = certificates.listener(stores, resources);
        TestServer server =
            TestServer.secure(
                new ListenerSecurity(SecurityProtocol.SSL, tls, null), List.of(fetch));
        TestClient client = server.connect(certificates.client(null))) {
      sendAll(server, client, fetch);
      sendAll(server, client, fetch);
    }
  }

  private void sendAll(TestServer server, TestClient client, HeldHandler fetch) throws Exception {
    FileRecords large = read(0, 1_500_000);
    ByteBuffer memory = ByteBuffer.allocate(5_000);
    new Random(2).nextBytes(memory.array());
    byte[] largeBytes = large.readFully().array();
    byte[] tiny = {1, 2, 3};
    List<SocketCounts> byThread = server.server().socketCounts().get("PLAINTEXT");
    assertNotNull(byThread);
    SocketCounts counts = byThread.getFirst(); // there is one thread
    long sentBefore = counts.bytesOut();

    client.send(ApiKey.FETCH, FETCH_VERSION, 1, new FetchRequest());
    fetch
        .next()
        .responder()
        .complete(
            response(
                partition(0, large),
                partition(1, BufferRecords.EMPTY),
                partition(2, new BufferRecords(ByteBuffer.wrap(tiny))),
                partition(3, read(39, 10)),
                partition(4, new BufferRecords(memory))));
    FetchResponse received =
        client
            .receive(ApiKey.FETCH, FETCH_VERSION)
            .read(FetchResponse.class, ApiKey.FETCH, FETCH_VERSION);
    List<FetchResponse.PartitionData> partitions = received.responses().getFirst().partitions();
    assertTrue(largeBytes.length > 1_000_000, largeBytes.length + " bytes");
    assertEquals(ByteBuffer.wrap(largeBytes), bytes(partitions.get(0)));
    assertEquals(0, bytes(partitions.get(1)).remaining());
    assertEquals(ByteBuffer.wrap(tiny), bytes(partitions.get(2)));
    FileRecords last = read(39, 10);
    assertEquals(last.readFully(), bytes(partitions.get(3)));
    int sizes = largeBytes.length + tiny.length + last.sizeInBytes() + memory.capacity();
    last.release();
    assertEquals(memory, bytes(partitions.get(4)));
    server.awaitAllRequestMemoryFree();
    assertReleased(large);
    long around = counts.bytesOut() - sentBefore - sizes;
    assertTrue(around > 0 && around < 500, around + " bytes besides the records");
  }

  private static ByteBuffer bytes(FetchResponse.PartitionData partition) {
    RecordsPayload records = partition.records();
    assertNotNull(records);
    ByteBuffer bytes = ByteBuffer.allocate(records.sizeInBytes());
    records.writeTo(bytes);
    return bytes.flip();
  }

  @Test
  void letsGoOfFilesWhenTheClientIsGone() throws Exception {
    HeldHandler fetch = new HeldHandler(ApiKey.FETCH, false, false);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(fetch))) {
      HeldHandler.Call call;
      try (TestClient client = server.connect()) {
        client.send(ApiKey.FETCH, FETCH_VERSION, 1, new FetchRequest());
        call = fetch.next();
      }
      FileRecords records = read(0, 1_500_000);
      call.responder().complete(response(partition(0, records)));
      server.awaitAllRequestMemoryFree();
      // the event loop has ended, and with it whatever was still on its way
      server.server().stop();
      assertReleased(records);
    }
  }

  @Test
  void letsGoOfFilesWhenAnEncryptedClientIsGone(@TempDir Path stores) throws Exception {
    HeldHandler fetch = new HeldHandler(ApiKey.FETCH, false, false);
    TestCertificates certificates = TestCertificates.create();
    try (TlsResources resources = new TlsResources();
        ListenerTls tls = certificates.listener(stores, resources);
        TestServer server =
            TestServer.secure(
                new ListenerSecurity(SecurityProtocol.SSL, tls, null), List.of(fetch))) {
      FileRecords records = read(0, 1_500_000);
      try (TestClient client = server.connect(certificates.client(null))) {
        client.send(ApiKey.FETCH, FETCH_VERSION, 1, new FetchRequest());
        fetch.next().responder().complete(response(partition(0, records)));
        client.receiveSome(); // the rest is never taken
      }
      server.awaitAllRequestMemoryFree();
      server.server().stop();
      assertReleased(records);
    }
  }
}
