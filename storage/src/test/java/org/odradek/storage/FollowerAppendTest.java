package org.odradek.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.odradek.protocol.record.RecordBatchDescriptor;

/** What followers take over from leaders, as it is. */
final class FollowerAppendTest {
  @TempDir Path directory;
  private TestStore store;
  private PartitionLog log;

  @BeforeEach
  void open() throws IOException {
    store = new TestStore(directory, Map.of("segment.bytes", "1000"));
    log = store.log();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static ByteBuffer batch(long offset, int epoch, String... values) {
    RecordBatchBuilder builder = new RecordBatchBuilder();
    for (String value : values) {
      builder.append(1_000, null, ByteBuffer.wrap(value.getBytes(UTF_8)));
    }
    ByteBuffer batch = builder.build();
    RecordBatchDescriptor.baseOffset(batch, batch.position(), offset);
    RecordBatchDescriptor.partitionLeaderEpoch(batch, batch.position(), epoch);
    return batch;
  }

  /** A message of format 0 or 1 with a value and no key. */
  private static ByteBuffer message(long offset, int magic, String value) {
    byte[] bytes = value.getBytes(UTF_8);
    int header = magic == 0 ? 26 : 34;
    ByteBuffer message = ByteBuffer.allocate(header + bytes.length);
    message.putLong(offset).putInt(message.capacity() - 12).putInt(0);
    message.put((byte) magic).put((byte) 0);
    if (magic == 1) {
      message.putLong(5_000);
    }
    message.putInt(-1).putInt(bytes.length).put(bytes).flip();
    CRC32 crc = new CRC32();
    crc.update(message.duplicate().position(16));
    return message.putInt(12, (int) crc.getValue());
  }

  private static ByteBuffer together(ByteBuffer... parts) {
    int size = 0;
    for (ByteBuffer part : parts) {
      size += part.remaining();
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (ByteBuffer part : parts) {
      all.put(part.duplicate());
    }
    return all.flip();
  }

  private static List<ByteBuffer> read(PartitionLog log, long... offsets) {
    List<ByteBuffer> found = new ArrayList<>();
    for (long offset : offsets) {
      LogRead read = log.read(offset, 1, true, ReadIsolation.LOG_END);
      found.add(read.records().readFully());
      read.release();
    }
    return found;
  }

  @Test
  void takesOldFormatsOver() throws IOException {
    ByteBuffer v0 = message(0, 0, "a");
    ByteBuffer v1 = message(3, 1, "b");
    ByteBuffer v2 = batch(7, 2, "c");
    log.appendAsFollower(together(v0, v1, v2));
    assertEquals(8, log.logEndOffset());
    assertEquals(2, log.latestLeaderEpoch().orElse(-1));
    assertEquals(List.of(v0, v1, v2), read(log, 0, 3, 7));
    log = store.crash();
    assertEquals(8, log.logEndOffset());
    assertEquals(List.of(v0, v1, v2), read(log, 0, 3, 7));
  }

  @Test
  void damagedMessagesOfOldFormatsAreRefused() {
    for (int magic = 0; magic <= 1; magic++) {
      ByteBuffer damaged = message(0, magic, "abc");
      damaged.put(damaged.limit() - 1, (byte) 'x');
      assertThrows(CorruptRecordsException.class, () -> log.appendAsFollower(damaged));
      assertThrows(
          CorruptRecordsException.class,
          () -> log.appendAsFollower(together(message(4, 1, "a"), message(4, 1, "b"))));
    }
    assertEquals(0, log.logEndOffset());
  }

  /** The leader's segments may be larger than this replica's. */
  @Test
  void splitsWhatIsLargerThanASegment() {
    List<ByteBuffer> batches = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      batches.add(batch(i, 1, "x".repeat(200)));
    }
    AppendResult result = log.appendAsFollower(together(batches.toArray(ByteBuffer[]::new)));
    if (result == null) {
      throw new AssertionError("nothing was appended");
    }
    assertEquals(0, result.firstOffset());
    assertEquals(19, result.lastOffset());
    assertEquals(20, log.logEndOffset());
    assertEquals(List.of(batches.get(0), batches.get(19)), read(log, 0, 19));
  }

  /** A leader that was replaced before it appended anything leaves no trace in its log. */
  @Test
  void cuttingAtTheEndForgetsAnEpochThatBeginsThere() {
    log.appendAsFollower(batch(0, 1, "a"));
    log.startLeaderEpoch(4);
    assertEquals(4, log.latestLeaderEpoch().orElse(-1));
    assertEquals(1, log.truncateTo(1));
    assertEquals(1, log.latestLeaderEpoch().orElse(-1));
  }
}
