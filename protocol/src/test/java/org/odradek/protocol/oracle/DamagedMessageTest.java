package org.odradek.protocol.oracle;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.ProtocolException;

/**
 * Messages that are cut off or changed at random give a {@link ProtocolException} or a message, and
 * never cost more memory than a small multiple of their size.
 */
class DamagedMessageTest {
  /**
   * What a decoded byte may cost at most: the smallest elements (one byte on the wire) become an
   * object of some fields and lists each.
   */
  private static final int ALLOCATED_PER_BYTE_MAX = 160;

  /** The message itself, the exception with its trace, and what reflection needs. */
  private static final int ALLOCATED_BASE_MAX = 24 * 1024;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @ValueSource(strings = {"3.9.2", "4.3.1"})
  void cutOffAnywhere(String release) throws Exception {
    forEachVersion(
        release,
        (theirs, ours, version) -> {
          byte[] bytes = bytes(theirs, version, 1, 2);
          for (int length = 0; length < bytes.length; length++) {
            ByteBuffer cut = ByteBuffer.wrap(bytes, 0, length).slice();
            int cutLength = length;
            assertThrows(
                ProtocolException.class,
                () -> ours.decode(new MessageReader(cut), version),
                () -> theirs + " version " + version + " cut to " + cutLength + " bytes");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.9.2", "4.3.1"})
  void changedAtRandom(String release) throws Exception {
    forEachVersion(
        release,
        (theirs, ours, version) -> {
          for (int seed = 0; seed < 60; seed++) {
            byte[] bytes = bytes(theirs, version, seed % 4, 3);
            Random random = new Random(seed);
            for (int i = random.nextInt(4); i >= 0 && bytes.length > 0; i--) {
              int extreme = random.nextInt(4);
              bytes[random.nextInt(bytes.length)] =
                  (byte) (extreme == 0 ? 0xff : extreme == 1 ? 0x7f : random.nextInt());
            }
            decodeWithinBounds(
                ours, version, bytes, theirs + " version " + version + " seed " + seed);
          }
        });
  }

  private static void decodeWithinBounds(
      OurMessageType ours, short version, byte[] bytes, String what) {
    long limit = ALLOCATED_BASE_MAX + (long) bytes.length * ALLOCATED_PER_BYTE_MAX;
    long allocated = Long.MAX_VALUE;
    // the first use of a class allocates what loading it takes, the second one nothing but its own
    for (int i = 0; i < 3 && allocated > limit; i++) {
      allocated = allocatedByDecoding(ours, version, bytes, what);
    }
    assertTrue(
        allocated <= limit,
        what + ": " + allocated + " bytes allocated for a frame of " + bytes.length);
  }

  private static long allocatedByDecoding(
      OurMessageType ours, short version, byte[] bytes, String what) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      assertNotNull(ours.decode(new MessageReader(ByteBuffer.wrap(bytes)), version));
    } catch (ProtocolException expected) {
      // as good as a message
    } catch (RuntimeException e) {
      throw new AssertionError(what, e);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static byte[] bytes(KafkaMessageType theirs, short version, int seed, int elementsMax)
      throws Exception {
    return new RandomMessageBytes(new Random(seed), elementsMax, theirs.name())
        .of(theirs.schema(version));
  }

  private interface VersionTest {
    void run(KafkaMessageType theirs, OurMessageType ours, short version) throws Exception;
  }

  private static void forEachVersion(String release, VersionTest test) throws Exception {
    int messages = 0;
    for (KafkaMessageType theirs : new KafkaRelease(release).messages()) {
      OurMessageType ours = OurMessageType.forKafkaName(theirs.name());
      if (ours == null || MessageOracleTest.isEarlyAccess(theirs)) {
        continue;
      }
      for (short v = theirs.lowestVersion(); v <= theirs.highestVersion(); v++) {
        test.run(theirs, ours, v);
      }
      messages++;
    }
    assertTrue(messages > 100, "only " + messages + " messages of " + release);
  }
}
