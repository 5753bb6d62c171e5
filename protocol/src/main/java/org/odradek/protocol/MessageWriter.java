package org.odradek.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a message is written to. An implementation may take what {@link #writeRecords} hands it by
 * reference instead of copying it; everything else is copied.
 *
 * <p>{@code compact} is the form of the flexible versions, see {@link WireSize}.
 *
 * <p>Thread-safety: confined to one thread.
 */
public interface MessageWriter {

  void writeByte(byte value);

  void writeShort(short value);

  void writeInt(int value);

  void writeLong(long value);

  /** Writes the remaining bytes and leaves the buffer's position as it was. */
  void writeRaw(ByteBuffer bytes);

  void writeRaw(byte[] bytes);

  /**
   * Writes the string's UTF-8 form.
   *
   * @param utf8Length what {@link WireSize#ofUtf8} says of the string
   */
  void writeUtf8(String value, int utf8Length);

  /** Writes the payload's bytes, now or by reference later; the length is written already. */
  void writeRaw(RecordsPayload payload);

  default void writeBoolean(boolean value) {
    writeByte((byte) (value ? 1 : 0));
  }

  /** The lower 16 bits. */
  default void writeUnsignedShort(int value) {
    writeShort((short) value);
  }

  /** The lower 32 bits. */
  default void writeUnsignedInt(long value) {
    writeInt((int) value);
  }

  default void writeDouble(double value) {
    writeLong(Double.doubleToRawLongBits(value));
  }

  default void writeUuid(Uuid value) {
    writeLong(value.msb());
    writeLong(value.lsb());
  }

  /** 1 to 5 bytes; the int is taken as unsigned. */
  default void writeUnsignedVarint(int value) {
    int rest = value;
    while ((rest & 0xffffff80) != 0) {
      writeByte((byte) (rest | 0x80));
      rest >>>= 7;
    }
    writeByte((byte) rest);
  }

  /** Zigzag. */
  default void writeVarint(int value) {
    writeUnsignedVarint((value << 1) ^ (value >> 31));
  }

  /** Zigzag. */
  default void writeVarlong(long value) {
    long rest = (value << 1) ^ (value >> 63);
    while ((rest & 0xffffffffffffff80L) != 0) {
      writeByte((byte) (rest | 0x80));
      rest >>>= 7;
    }
    writeByte((byte) rest);
  }

  /**
   * @throws ProtocolException when the string is longer than 32767 bytes
   */
  default void writeString(@Nullable String value, boolean compact) {
    int length = value == null ? -1 : WireSize.ofUtf8(value);
    if (length > Short.MAX_VALUE) {
      throw new ProtocolException(
          "A string of " + length + " bytes cannot be written, the limit is " + Short.MAX_VALUE);
    }
    if (compact) {
      writeUnsignedVarint(length + 1);
    } else {
      writeShort((short) length);
    }
    if (value != null) {
      writeUtf8(value, length);
    }
  }

  default void writeBytes(@Nullable ByteBuffer value, boolean compact) {
    writeArrayLength(value == null ? -1 : value.remaining(), compact);
    if (value != null) {
      writeRaw(value);
    }
  }

  default void writeRecords(@Nullable RecordsPayload value, boolean compact) {
    writeArrayLength(value == null ? -1 : value.sizeInBytes(), compact);
    if (value != null) {
      writeRaw(value);
    }
  }

  /** The length of an array, of bytes or of records; -1 for null. */
  default void writeArrayLength(int length, boolean compact) {
    if (compact) {
      writeUnsignedVarint(length + 1);
    } else {
      writeInt(length);
    }
  }

  /** The number of tagged fields, known and unknown. */
  default void writeTaggedFieldCount(int known, List<UnknownTaggedField> unknown) {
    writeUnsignedVarint(known + unknown.size());
  }

  /** Tags, sizes and data; the count before them is written already. */
  default void writeUnknownTaggedFields(List<UnknownTaggedField> fields) {
    for (UnknownTaggedField field : fields) {
      writeUnsignedVarint(field.tag());
      writeUnsignedVarint(field.data().length);
      writeRaw(field.data());
    }
  }
}
