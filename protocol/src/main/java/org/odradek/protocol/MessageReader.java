package org.odradek.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a message is read from: the bytes of one frame, from the buffer's position to its limit.
 *
 * <p>Every length is checked against what remains before anything is allocated for it, so that a
 * frame never costs more memory than a small multiple of its own size. Whatever is wrong with the
 * bytes is a {@link ProtocolException}; no other exception comes out of here. Strings that are not
 * valid UTF-8 get replacement characters, as in Kafka. Bytes that remain after a message are left
 * to the caller ({@link #remaining}): Kafka's brokers ignore them.
 *
 * <p>{@code compact} is the form of the flexible versions, see {@link WireSize}; {@code field} is
 * what the exception calls the value.
 *
 * <p>Thread-safety: confined to one thread. Reading moves the buffer's position.
 */
public final class MessageReader {
  /** Longest string in bytes, in either form. */
  private static final int STRING_LENGTH_MAX = Short.MAX_VALUE;

  /** What an empty, non-null {@code bytes} field holds. */
  public static final ByteBuffer EMPTY_BYTES = ByteBuffer.allocate(0);

  private final ByteBuffer buffer;

  /**
   * @throws IllegalArgumentException when the buffer is little-endian
   */
  public MessageReader(ByteBuffer buffer) {
    if (buffer.order() != ByteOrder.BIG_ENDIAN) {
      throw new IllegalArgumentException("The protocol is big-endian, the buffer is not");
    }
    this.buffer = buffer;
  }

  /** Bytes not read yet. */
  public int remaining() {
    return buffer.remaining();
  }

  /** Where the next byte is read from, as an index into the buffer. */
  public int position() {
    return buffer.position();
  }

  public byte readByte() {
    require(Byte.BYTES);
    return buffer.get();
  }

  /** Zero is false, anything else true, as in Kafka. */
  public boolean readBoolean() {
    return readByte() != 0;
  }

  public short readShort() {
    require(Short.BYTES);
    return buffer.getShort();
  }

  /** 0 to 65535. */
  public int readUnsignedShort() {
    return readShort() & 0xffff;
  }

  public int readInt() {
    require(Integer.BYTES);
    return buffer.getInt();
  }

  /** 0 to 2^32 - 1. */
  public long readUnsignedInt() {
    return readInt() & 0xffffffffL;
  }

  public long readLong() {
    require(Long.BYTES);
    return buffer.getLong();
  }

  public double readDouble() {
    require(Double.BYTES);
    return buffer.getDouble();
  }

  public Uuid readUuid() {
    require(2 * Long.BYTES);
    long msb = buffer.getLong();
    long lsb = buffer.getLong();
    return msb == 0 && lsb == 0 ? Uuid.ZERO : new Uuid(msb, lsb);
  }

  /** At most five bytes and 32 bits; the int is to be taken as unsigned. */
  public int readUnsignedVarint() {
    byte b = readByte();
    if (b >= 0) {
      return b;
    }
    int value = b & 0x7f;
    for (int shift = 7; shift < 28; shift += 7) {
      b = readByte();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    b = readByte();
    if ((b & 0xf0) != 0) {
      throw new ProtocolException(
          "Varint longer than 32 bits at position " + (buffer.position() - 5));
    }
    return value | b << 28;
  }

  /** Zigzag, at most five bytes. */
  public int readVarint() {
    int value = readUnsignedVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** Zigzag, at most ten bytes and 64 bits. */
  public long readVarlong() {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      byte b = readByte();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    byte last = readByte();
    if ((last & 0xfe) != 0) {
      throw new ProtocolException(
          "Varint longer than 64 bits at position " + (buffer.position() - 10));
    }
    value |= (long) last << 63;
    return (value >>> 1) ^ -(value & 1);
  }

  public String readString(String field, boolean compact) {
    String value = readNullableString(field, compact);
    if (value == null) {
      throw nullNotAllowed(field);
    }
    return value;
  }

  public @Nullable String readNullableString(String field, boolean compact) {
    int length = compact ? readUnsignedVarint() - 1 : readShort();
    if (length == -1) {
      return null;
    }
    if (length < 0 || length > STRING_LENGTH_MAX) {
      throw new ProtocolException(
          field
              + " has the length "
              + length
              + " at position "
              + buffer.position()
              + ", strings have 0 to "
              + STRING_LENGTH_MAX
              + " bytes");
    }
    requireLength(field, length);
    int position = buffer.position();
    String value;
    if (buffer.hasArray()) {
      value =
          new String(
              buffer.array(), buffer.arrayOffset() + position, length, StandardCharsets.UTF_8);
    } else {
      byte[] bytes = new byte[length];
      buffer.get(position, bytes);
      value = new String(bytes, StandardCharsets.UTF_8);
    }
    buffer.position(position + length);
    return value;
  }

  /** A slice of the frame, valid as long as the frame is: copy it to keep it. */
  public ByteBuffer readBytes(String field, boolean compact) {
    ByteBuffer value = readNullableBytes(field, compact);
    if (value == null) {
      throw nullNotAllowed(field);
    }
    return value;
  }

  /** As {@link #readBytes}, or null. */
  public @Nullable ByteBuffer readNullableBytes(String field, boolean compact) {
    int length = readLength(field, compact);
    if (length == -1) {
      return null;
    }
    requireLength(field, length);
    int position = buffer.position();
    ByteBuffer slice = buffer.slice(position, length);
    buffer.position(position + length);
    return slice;
  }

  /** A slice of the frame, or null; valid as long as the frame is. */
  public @Nullable RecordsPayload readNullableRecords(String field, boolean compact) {
    ByteBuffer slice = readNullableBytes(field, compact);
    return slice == null ? null : new BufferRecords(slice);
  }

  /** As {@link #readNullableRecords}, where null is not allowed. */
  public RecordsPayload readRecords(String field, boolean compact) {
    return new BufferRecords(readBytes(field, compact));
  }

  /**
   * The number of elements of an array.
   *
   * @param elementBytesMin the fewest bytes that an element takes, at least one: an array that
   *     could not fit into the rest of the frame is refused here, before a list is made for it
   */
  public int readArrayLength(String field, boolean compact, int elementBytesMin) {
    int length = readNullableArrayLength(field, compact, elementBytesMin);
    if (length == -1) {
      throw nullNotAllowed(field);
    }
    return length;
  }

  /** As {@link #readArrayLength}; -1 stands for null. */
  public int readNullableArrayLength(String field, boolean compact, int elementBytesMin) {
    int length = readLength(field, compact);
    if (length > buffer.remaining() / elementBytesMin) {
      throw new ProtocolException(
          field
              + " has "
              + length
              + " elements of at least "
              + elementBytesMin
              + " bytes at position "
              + buffer.position()
              + ", but only "
              + buffer.remaining()
              + " bytes remain");
    }
    return length;
  }

  /** How many tagged fields follow; each takes two bytes at least. */
  public int readTaggedFieldCount() {
    int count = readUnsignedVarint();
    if (count < 0 || count > buffer.remaining() / 2) {
      throw new ProtocolException(
          Integer.toUnsignedString(count)
              + " tagged fields at position "
              + buffer.position()
              + ", but only "
              + buffer.remaining()
              + " bytes remain");
    }
    return count;
  }

  /**
   * The tag of the next tagged field.
   *
   * @param previous the tag before, -1 for none: tags must increase
   */
  public int readTag(int previous) {
    int tag = readUnsignedVarint();
    if (tag <= previous) {
      throw new ProtocolException(
          "Tag "
              + Integer.toUnsignedString(tag)
              + " follows tag "
              + previous
              + " at position "
              + buffer.position()
              + ", tags must increase");
    }
    return tag;
  }

  /** Reads the size of a tagged field and returns the position at which the field must end. */
  public int readTaggedFieldEnd() {
    int size = readUnsignedVarint();
    if (size < 0 || size > buffer.remaining()) {
      throw new ProtocolException(
          "Tagged field of "
              + Integer.toUnsignedString(size)
              + " bytes at position "
              + buffer.position()
              + ", but only "
              + buffer.remaining()
              + " bytes remain");
    }
    return buffer.position() + size;
  }

  /** Checks that a tagged field ended where its size said. */
  public void requirePosition(String field, int expected) {
    if (buffer.position() != expected) {
      throw new ProtocolException(
          "Tagged field "
              + field
              + " ends at position "
              + buffer.position()
              + ", but its size says "
              + expected);
    }
  }

  /** Reads all tagged fields of a struct that knows none. */
  public List<UnknownTaggedField> readUnknownTaggedFields() {
    int count = readTaggedFieldCount();
    List<UnknownTaggedField> fields = List.of();
    int tag = -1;
    for (int i = 0; i < count; i++) {
      tag = readTag(tag);
      fields = readUnknownTaggedField(fields, tag, readTaggedFieldEnd());
    }
    return fields;
  }

  /** Reads up to {@code end} and appends to {@code fields}, making a list when it is empty. */
  public List<UnknownTaggedField> readUnknownTaggedField(
      List<UnknownTaggedField> fields, int tag, int end) {
    List<UnknownTaggedField> target = fields.isEmpty() ? new ArrayList<>(2) : fields;
    byte[] data = new byte[end - buffer.position()];
    buffer.get(data);
    target.add(new UnknownTaggedField(tag, data));
    return target;
  }

  private int readLength(String field, boolean compact) {
    int length = compact ? readUnsignedVarint() - 1 : readInt();
    if (length < -1 || length == Integer.MAX_VALUE) {
      throw new ProtocolException(
          field + " has the length " + length + " at position " + buffer.position());
    }
    return length;
  }

  private void require(int bytes) {
    if (buffer.remaining() < bytes) {
      throw new ProtocolException(
          "The message ends at position "
              + buffer.limit()
              + ", but "
              + bytes
              + " bytes are expected at position "
              + buffer.position());
    }
  }

  private void requireLength(String field, int length) {
    if (length > buffer.remaining()) {
      throw new ProtocolException(
          field
              + " has "
              + length
              + " bytes at position "
              + buffer.position()
              + ", but only "
              + buffer.remaining()
              + " remain");
    }
  }

  private ProtocolException nullNotAllowed(String field) {
    return new ProtocolException(
        field + " is null at position " + buffer.position() + ", but must not be");
  }
}
