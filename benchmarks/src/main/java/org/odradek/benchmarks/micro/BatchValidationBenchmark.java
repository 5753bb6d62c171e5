package org.odradek.benchmarks.micro;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.record.ProduceRecordsValidator;
import org.odradek.protocol.record.TimestampType;
import org.odradek.protocol.record.ValidatedRecords;
import org.odradek.protocol.record.ValidationSettings;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Structure, CRC, sizes and timestamps of a produced batch of 100 byte records, kept as it came.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BatchValidationBenchmark {
  private static final short PRODUCE_VERSION = 9;
  private static final ValidationSettings SETTINGS =
      new ValidationSettings(
          TimestampType.CREATE_TIME,
          Long.MAX_VALUE,
          3_600_000,
          1 << 20,
          null,
          false,
          Integer.MAX_VALUE);

  @Param({"1", "100"})
  int records;

  @Param({"NONE", "LZ4", "ZSTD"})
  CompressionType codec = CompressionType.NONE;

  private ByteBuffer batch = MessageReader.EMPTY_BYTES;

  @Setup
  public void prepare() {
    batch = Batches.batch(records, codec);
  }

  @Benchmark
  public ValidatedRecords validate() {
    return ProduceRecordsValidator.validate(batch, PRODUCE_VERSION, SETTINGS, Batches.nowMs());
  }
}
