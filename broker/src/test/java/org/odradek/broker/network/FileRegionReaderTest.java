package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.network.FileRegionReader.CachedReads;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.FileRecords;
import org.odradek.storage.LogConfig;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.PartitionLog;
import org.odradek.storage.ReadIsolation;
import org.odradek.storage.StorageRuntime;
import org.odradek.storage.StorageSettings;

/** Pieces of a log on their way to be encrypted; readers run when the test says so. */
class FileRegionReaderTest {
  private static final CachedReads NOTHING_CACHED = (records, from, target) -> 0;

  private static final CachedReads ALL_CACHED =
      (records, from, target) -> {
        int length = target.remaining();
        target.put(records.readFully().slice(from, length));
        return length;
      };

  @TempDir Path directory;

  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final ExecutorService background = Executors.newFixedThreadPool(2);
  private final Queue<Runnable> onReaders = new ArrayDeque<>();
  private LogDirectories logs;
  private PartitionLog log;

  @BeforeAll
  static void watch() {
    BufferLeaks.detect();
  }

  @BeforeEach
  void fillALog() throws Exception {
    LogDirectories first = open();
    PartitionLog filled = first.createLog(new TopicPartition("t", 0), null, LogConfig.DEFAULTS);
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      byte[] value = new byte[50_000];
      random.nextBytes(value);
      filled.appendAsLeader(
          new RecordBatchBuilder().append(0, null, ByteBuffer.wrap(value)).build(),
          0,
          AppendOrigin.CLIENT);
    }
    first.close();
    logs = open(); // nothing counts as written lately now
    log = logs.createLog(new TopicPartition("t", 0), null, LogConfig.DEFAULTS);
  }

  private LogDirectories open() throws IOException {
    return LogDirectories.open(
        StorageSettings.defaults(List.of(directory)),
        new StorageRuntime(() -> 0, scheduler, background));
  }

  @AfterEach
  void close() {
    logs.close();
    scheduler.shutdown();
    background.shutdown();
    BufferLeaks.assertNone();
  }

  private FileRecords read() {
    FileRecords records = log.read(0, 700_000, true, ReadIsolation.LOG_END).records();
    assertFalse(records.likelyResident(), "what this test is about");
    return records;
  }

  private EmbeddedChannel channel(Executor readers, CachedReads cached) {
    return new EmbeddedChannel(new FileRegionReader(readers, cached));
  }

  /** All that was written, once the readers have run. */
  private ByteBuf received(EmbeddedChannel channel) {
    ByteBuf all = Unpooled.buffer();
    for (boolean goesOn = true; goesOn; ) {
      channel.runPendingTasks();
      goesOn = false;
      for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
        all.writeBytes(next);
        next.release();
        goesOn = true;
      }
      for (Runnable next = onReaders.poll(); next != null; next = onReaders.poll()) {
        next.run();
        goesOn = true;
      }
    }
    return all;
  }

  private static void assertReleased(FileRecords records) {
    assertThrows(IllegalStateException.class, records::retain);
  }

  private void assertSent(Executor readers, CachedReads cached) {
    EmbeddedChannel channel = channel(readers, cached);
    FileRecords records = read();
    ByteBuf expected =
        Unpooled.wrappedBuffer(
            Unpooled.wrappedBuffer(new byte[] {1}),
            Unpooled.wrappedBuffer(records.readFully()),
            Unpooled.wrappedBuffer(new byte[] {2}));
    channel.write(Unpooled.wrappedBuffer(new byte[] {1}));
    ChannelFuture region = channel.write(new FileRecordsRegion(records));
    ChannelFuture behind = channel.write(Unpooled.wrappedBuffer(new byte[] {2}));
    channel.flush();
    assertEquals(expected, received(channel));
    assertTrue(region.isSuccess());
    assertTrue(behind.isSuccess());
    assertTrue(channel.isWritable());
    assertReleased(records);
    channel.finishAndReleaseAll();
  }

  @Test
  void whatIsInThePageCacheIsReadWithoutAReader() {
    assertSent(
        task -> {
          throw new AssertionError("a reader is asked for");
        },
        ALL_CACHED);
  }

  /** A client that takes everything at once must not keep the others of the event loop waiting. */
  @Test
  void othersHaveTheirTurnBetweenLargeParts() {
    AtomicInteger written = new AtomicInteger();
    AtomicInteger atTheTurnOfOthers = new AtomicInteger(-1);
    EmbeddedChannel channel =
        new EmbeddedChannel(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
                if (written.getAndAdd(((ByteBuf) message).readableBytes()) == 0) {
                  ctx.executor().execute(() -> atTheTurnOfOthers.set(written.get()));
                }
                ctx.write(message, promise);
              }
            },
            new FileRegionReader(onReaders::add, ALL_CACHED));
    FileRecords[] regions = {read(), read(), read(), read()};
    int total = 0;
    for (FileRecords region : regions) {
      total += region.sizeInBytes();
      channel.write(new FileRecordsRegion(region));
    }
    channel.flush();
    assertEquals(total, received(channel).readableBytes());
    int firstTurn = atTheTurnOfOthers.get();
    assertTrue(firstTurn > FileRegionReader.WINDOW_BYTES, "the socket takes all: " + firstTurn);
    assertTrue(firstTurn <= FileRegionReader.TURN_BYTES, "bytes at once: " + firstTurn);
    for (FileRecords region : regions) {
      assertReleased(region);
    }
    channel.finishAndReleaseAll();
  }

  @Test
  void theRestOfWhatCameUpShortIsReadByAReader() {
    assertSent(
        onReaders::add,
        (records, from, target) -> {
          int length = target.remaining() / 3;
          target.put(records.readFully().slice(from, length));
          return length;
        });
  }

  @Test
  void whatIsNotInThePageCacheIsReadByAReader() {
    assertSent(onReaders::add, NOTHING_CACHED);
  }

  @Test
  void whenAllReadersAreBusyItIsReadAllTheSame() {
    assertSent(
        task -> {
          throw new RejectedExecutionException();
        },
        NOTHING_CACHED);
  }

  @Test
  void whatTheSystemTellsWithoutWaitingIsRight() {
    assertSent(onReaders::add, FileRecords::readCached);
  }

  @Test
  void aLogThatIsCutMeanwhileEndsTheConnection() {
    assertCutEnds(NOTHING_CACHED);
  }

  @Test
  void soDoesOneOfWhichTheRestIsCached() {
    assertCutEnds(FileRecords::readCached);
  }

  private void assertCutEnds(CachedReads cached) {
    EmbeddedChannel channel = channel(onReaders::add, cached);
    FileRecords records = read();
    log.truncateTo(2);
    ChannelFuture region = channel.write(new FileRecordsRegion(records));
    ChannelFuture behind = channel.write(Unpooled.wrappedBuffer(new byte[] {2}));
    channel.flush();
    ByteBuf before = received(channel);
    assertEquals(FileRegionReader.PIECE_BYTES, before.readableBytes(), "of two batches");
    assertInstanceOf(IOException.class, region.cause());
    assertInstanceOf(IOException.class, behind.cause());
    assertFalse(channel.isOpen());
    assertReleased(records);
    channel.finishAndReleaseAll();
  }

  @Test
  void eachPieceIsEncryptedBeforeTheNextIsReadIntoTheSameMemory() {
    Set<Long> addresses = new HashSet<>();
    ByteBuf encrypted = Unpooled.buffer();
    ChannelOutboundHandlerAdapter engine =
        new ChannelOutboundHandlerAdapter() {
          private final Queue<ByteBuf> plain = new ArrayDeque<>();

          @Override
          public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            plain.add((ByteBuf) message);
            promise.setSuccess();
          }

          @Override
          public void flush(ChannelHandlerContext ctx) {
            for (ByteBuf next = plain.poll(); next != null; next = plain.poll()) {
              addresses.add(next.memoryAddress());
              encrypted.writeBytes(next);
              next.release();
            }
            ctx.flush();
          }
        };
    EmbeddedChannel channel =
        new EmbeddedChannel(engine, new FileRegionReader(onReaders::add, ALL_CACHED));
    FileRecords records = read();
    ByteBuf expected = Unpooled.wrappedBuffer(records.readFully());
    channel.writeAndFlush(new FileRecordsRegion(records));
    received(channel);
    assertEquals(expected, encrypted);
    assertEquals(1, addresses.size());
    assertReleased(records);
    channel.finishAndReleaseAll();
  }

  @Test
  void whatIsReadForAConnectionThatIsClosedIsLetGo() {
    EmbeddedChannel channel = channel(onReaders::add, NOTHING_CACHED);
    FileRecords records = read();
    ChannelFuture region = channel.write(new FileRecordsRegion(records));
    channel.flush();
    assertEquals(1, onReaders.size());
    assertFalse(channel.isWritable());
    channel.close();
    assertInstanceOf(ClosedChannelException.class, region.cause());
    records.retain().release(); // still open for the reader
    assertEquals(0, received(channel).readableBytes());
    assertReleased(records);
    channel.finishAndReleaseAll();
  }
}
