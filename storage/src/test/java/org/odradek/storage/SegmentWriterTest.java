package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.storage.SegmentWriter.Preparation;
import org.odradek.storage.file.LogFolder;
import org.odradek.storage.file.OpenFiles;

class SegmentWriterTest {
  private static final int STEP = SegmentWriter.STEP_MIN_BYTES;
  private static final int SEGMENT_BYTES = 10 * STEP;

  @TempDir Path folder;

  private long nowMs = 1_000_000;
  private final SegmentWriter writer = new SegmentWriter(() -> nowMs);
  private LogSegment segment;

  @BeforeEach
  void create() throws IOException {
    segment = segment(0);
  }

  private LogSegment segment(long baseOffset) throws IOException {
    LogSegment fresh = new LogSegment(new OpenFiles(1), new LogFolder(folder), baseOffset, nowMs);
    fresh.create();
    return fresh;
  }

  private void write(int position, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) (1 + position % 100));
    writer.write(segment, position, ByteBuffer.wrap(content), SEGMENT_BYTES);
  }

  private long physicalSize() throws IOException {
    return segment.log().length();
  }

  /** As the background thread does. */
  private void prepare(int position) throws IOException {
    Preparation preparation = writer.beginPreparation(position, SEGMENT_BYTES);
    assertNotNull(preparation);
    assertFalse(writer.wantsMore(position, SEGMENT_BYTES), "one is under way");
    preparation.run();
    writer.endPreparation(preparation, true);
  }

  @Test
  void writesOnlyWhatIsThereAndMovesNothing() throws Exception {
    ByteBuffer batches = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3);
    writer.write(segment, 5, batches, SEGMENT_BYTES);
    assertEquals(1, batches.position());
    assertEquals(4, batches.limit());
    byte[] file = Files.readAllBytes(segment.log().path());
    byte[] expected = new byte[file.length];
    System.arraycopy(new byte[] {1, 2, 3}, 0, expected, 5, 3);
    assertTrue(Arrays.equals(expected, file));
  }

  @Test
  void blocksAreReservedBeforeTheWriterNeedsThem() throws Exception {
    write(0, 100);
    assertEquals(STEP, physicalSize());
    int position = STEP;
    write(100, position - 100);
    assertTrue(writer.wantsMore(position, SEGMENT_BYTES));
    prepare(position);
    long ahead = physicalSize();
    assertTrue(ahead > STEP, "reserved up to " + ahead);
    write(position, 100);
    assertEquals(ahead, physicalSize());
  }

  @Test
  void aBusyLogReservesMoreAtATimeButNoMoreThanTheSegmentTakes() throws Exception {
    int position = 0;
    long before = 0;
    long largest = 0;
    while (position < SEGMENT_BYTES) {
      write(position, 1_000);
      position += 1_000;
      largest = Math.max(largest, physicalSize() - before);
      before = physicalSize();
      if (writer.wantsMore(position, SEGMENT_BYTES)) {
        prepare(position);
      }
    }
    assertTrue(largest >= 4 * STEP, "largest step " + largest);
    assertTrue(physicalSize() <= SEGMENT_BYTES + STEP, "reserved " + physicalSize());
    assertFalse(writer.wantsMore(position, SEGMENT_BYTES));
  }

  @Test
  void aSlowLogGoesBackToSmallSteps() throws Exception {
    write(0, STEP); // the first step comes quickly after nothing, and is followed by more
    write(STEP, STEP);
    write(2 * STEP, 2 * STEP);
    long busy = physicalSize();
    nowMs += 3_600_000;
    write(4 * STEP, (int) (busy - 4 * STEP) + 1);
    nowMs += 3_600_000;
    long next = physicalSize();
    writer.write(segment, (int) next, ByteBuffer.allocate(1), 1 << 30);
    assertTrue(physicalSize() - next <= 4 * STEP, "a step of " + (physicalSize() - next));
  }

  @Test
  void aPreparationForASegmentThatWasLeftIsForgotten() throws Exception {
    write(0, STEP);
    Preparation preparation = writer.beginPreparation(STEP, SEGMENT_BYTES);
    assertNotNull(preparation);
    segment = segment(77);
    write(0, 10);
    preparation.run();
    writer.endPreparation(preparation, true);
    write(10, STEP);
    assertTrue(physicalSize() >= STEP + 10, "the new segment has " + physicalSize());
    writer.release();
    assertFalse(writer.isOpen());
    assertNull(writer.beginPreparation(STEP, SEGMENT_BYTES));
  }

  @Test
  void anInterruptFailsOneWriteOnly() throws Exception {
    write(0, 10);
    Thread.currentThread().interrupt();
    assertThrows(ClosedByInterruptException.class, () -> write(10, 10));
    assertTrue(Thread.interrupted());
    write(10, 10);
    assertEquals(11, Files.readAllBytes(segment.log().path())[10]);
  }

  @Test
  void whatAFailedWriteLeftIsCutOff() throws Exception {
    write(0, 10);
    Thread.currentThread().interrupt();
    assertThrows(ClosedByInterruptException.class, () -> write(10, 1_000));
    assertTrue(Thread.interrupted());
    try (FileChannel file = FileChannel.open(segment.log().path(), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {7}), 900); // as if it had come so far
    }
    write(10, 10);
    byte[] now = Files.readAllBytes(segment.log().path());
    assertEquals(11, now[19]);
    assertEquals(0, now[900]);
  }
}
