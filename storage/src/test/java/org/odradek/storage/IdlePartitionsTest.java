package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.TopicPartition;

/**
 * Idle partitions hold no descriptor and no reserved blocks. 300 of them by default; {@code
 * -Didle.partitions=10000} for as many as a broker should carry.
 */
class IdlePartitionsTest {
  private static final int PARTITIONS = Integer.getInteger("idle.partitions", 300);

  @TempDir Path folder;

  @Test
  void idlePartitionsHoldNothing() throws Exception {
    try (TestStore store = new TestStore(folder)) {
      long filesBefore = openSegments();
      LogDirectories directories = store.directories();
      for (int i = 0; i < PARTITIONS; i++) {
        directories
            .createLog(new TopicPartition("t", i), null, LogConfig.DEFAULTS)
            .appendAsLeader(Batches.of(i, "v"), 0, AppendOrigin.CLIENT);
      }
      Path busy = folder.resolve("t-7/00000000000000000000.log");
      assertEquals(SegmentWriter.STEP_MIN_BYTES, Files.size(busy));
      directories.periodicWork().trimIdle();
      assertEquals(SegmentWriter.STEP_MIN_BYTES, Files.size(busy), "not idle yet");
      directories.periodicWork().trimIdle();
      assertEquals(filesBefore, openSegments());
      int batch = Batches.of(0, "v").remaining();
      assertEquals(batch, Files.size(busy));

      store.restart();
      assertEquals(filesBefore, openSegments());
      PartitionLog log = store.directories().log(new TopicPartition("t", 7));
      assertTrue(log != null && log.logEndOffset() == 1);
      log.appendAsLeader(Batches.of(1, "w"), 0, AppendOrigin.CLIENT);
      assertEquals(List.of("0:v", "1:w"), Batches.readAll(log, 0, ReadIsolation.LOG_END));
    }
  }

  /** Descriptors of this process that are files of segments below the folder. */
  private long openSegments() throws Exception {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(this::isSegmentFile).count();
    }
  }

  private boolean isSegmentFile(Path descriptor) {
    try {
      Path target = Files.readSymbolicLink(descriptor);
      return target.startsWith(folder) && !target.endsWith(".lock");
    } catch (IOException e) {
      return false;
    }
  }
}
