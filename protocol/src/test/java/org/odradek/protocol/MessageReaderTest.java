package org.odradek.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 16383, 16384, 2097151, 2097152, 268435455, 268435456})
  void unsignedVarintsComeBack(int boundary) {
    for (int value : new int[] {boundary, -boundary, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
      ByteBuffer bytes = written(out -> out.writeUnsignedVarint(value));
      assertEquals(WireSize.ofUnsignedVarint(value), bytes.remaining());
      assertEquals(value, new MessageReader(bytes).readUnsignedVarint());
      bytes = written(out -> out.writeVarint(value));
      assertEquals(WireSize.ofVarint(value), bytes.remaining());
      assertEquals(value, new MessageReader(bytes).readVarint());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 63, 64, 8191, 8192, 1L << 34, 1L << 55, 1L << 62, Long.MAX_VALUE})
  void varlongsComeBack(long boundary) {
    for (long value : new long[] {boundary, -boundary, -boundary - 1}) {
      ByteBuffer bytes = written(out -> out.writeVarlong(value));
      assertEquals(WireSize.ofVarlong(value), bytes.remaining());
      assertEquals(value, new MessageReader(bytes).readVarlong());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ffffffff10, Varint longer than 32 bits",
    "ffffffffff, Varint longer than 32 bits",
    "ffffffff, The message ends",
    "80, The message ends",
  })
  void oversizedAndCutVarintsAreRefused(String hex, String message) {
    assertRefused(hex, MessageReader::readUnsignedVarint, message);
    assertRefused(hex, MessageReader::readVarint, message);
  }

  @ParameterizedTest
  @CsvSource({
    "ffffffffffffffffff02, Varint longer than 64 bits",
    "ffffffffffffffffffff, Varint longer than 64 bits",
    "ffffffffffffffffff, The message ends",
  })
  void oversizedAndCutVarlongsAreRefused(String hex, String message) {
    assertRefused(hex, MessageReader::readVarlong, message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "topic-1", "é", "€uro", "a😀b", "\ud83d", "\ude00x", "é\ud83d"})
  void stringsComeBackAsUtf8WouldHaveThem(String text) {
    byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    String expected = new String(utf8, java.nio.charset.StandardCharsets.UTF_8);
    assertEquals(utf8.length, WireSize.ofUtf8(text));
    for (boolean compact : new boolean[] {false, true}) {
      ByteBuffer bytes = written(out -> out.writeString(text, compact));
      assertEquals(WireSize.ofString(text, compact), bytes.remaining());
      assertEquals(expected, new MessageReader(bytes.duplicate()).readString("s", compact));
      ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
      assertEquals(expected, new MessageReader(direct).readString("s", compact));
    }
  }

  @Test
  void invalidUtf8BecomesReplacementCharacters() {
    assertEquals("a\ufffd", reader("000261ff").readString("s", false));
  }

  @Test
  void nullsComeBack() {
    assertNull(reader("ffff").readNullableString("s", false));
    assertNull(reader("00").readNullableString("s", true));
    assertNull(reader("ffffffff").readNullableBytes("b", false));
    assertNull(reader("00").readNullableRecords("r", true));
    assertEquals(-1, reader("00").readNullableArrayLength("a", true, 1));
    assertRefused("ffff", in -> in.readString("s", false), "s is null");
    assertRefused("00", in -> in.readBytes("b", true), "b is null");
    assertRefused("ffffffff", in -> in.readArrayLength("a", false, 1), "a is null");
  }

  @Test
  void lengthsBeyondTheFrameAreRefusedBeforeAnythingIsAllocated() {
    assertRefused("7fff00", in -> in.readString("s", false), "s has 32767 bytes");
    assertRefused("fffe", in -> in.readString("s", false), "s has the length -2");
    assertRefused("ffffffff0f", in -> in.readString("s", true), "s has the length");
    assertRefused("7fffffff", in -> in.readBytes("b", false), "b has the length");
    assertRefused("7ffffffe00", in -> in.readBytes("b", false), "b has 2147483646 bytes");
    assertRefused("80000000", in -> in.readBytes("b", false), "b has the length -2147483648");
    assertRefused("7fff000000", in -> in.readArrayLength("a", false, 1), "a has 2147418112");
    assertRefused("000000020000", in -> in.readArrayLength("a", false, 2), "a has 2 elements");
    assertRefused("ffffffff0f", MessageReader::readTaggedFieldCount, "4294967295 tagged fields");
    assertRefused("020000", MessageReader::readTaggedFieldCount, "2 tagged fields");
    assertRefused("ffffffff0f", MessageReader::readTaggedFieldEnd, "Tagged field of 4294967295");
  }

  @Test
  void tagsMustIncrease() {
    assertEquals(2, reader("02" + "0501ff" + "0600").readUnknownTaggedFields().size());
    assertRefused("02" + "0501ff" + "0500", MessageReader::readUnknownTaggedFields, "Tag 5");
    assertRefused("02" + "0501ff" + "0400", MessageReader::readUnknownTaggedFields, "Tag 4");
  }

  @Test
  void bytesAreSlicesOfTheFrame() {
    ByteBuffer frame = ByteBuffer.wrap(HexFormat.of().parseHex("0000000201020304"));
    MessageReader in = new MessageReader(frame);
    ByteBuffer slice = in.readBytes("b", false);
    frame.put(4, (byte) 9);
    assertEquals(9, slice.get(0));
    assertEquals(2, slice.remaining());
    assertEquals(2, in.remaining());
  }

  @Test
  void littleEndianBuffersAreRefused() {
    ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    assertThrows(IllegalArgumentException.class, () -> new MessageReader(buffer));
    assertThrows(IllegalArgumentException.class, () -> new ByteBufferWriter(buffer));
  }

  private static MessageReader reader(String hex) {
    return new MessageReader(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
  }

  private static ByteBuffer written(Consumer<MessageWriter> writing) {
    ByteBuffer buffer = ByteBuffer.allocate(64);
    writing.accept(new ByteBufferWriter(buffer));
    return buffer.flip();
  }

  private static void assertRefused(String hex, Consumer<MessageReader> reading, String message) {
    ProtocolException e = assertThrows(ProtocolException.class, () -> reading.accept(reader(hex)));
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }
}
