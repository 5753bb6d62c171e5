package org.odradek.protocol;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes a value takes on the wire, found without encoding it and without allocating.
 *
 * <p>{@code compact} is the form of the flexible versions (KIP-482): the length plus one as an
 * unsigned varint, zero for null. Otherwise the length is an int16 for strings and an int32 for
 * bytes, records and arrays, -1 for null.
 */
public final class WireSize {
  private WireSize() {}

  /** 1 to 5 bytes; the int is taken as unsigned. */
  public static int ofUnsignedVarint(int value) {
    return (31 - Integer.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }

  /** 1 to 5 bytes, zigzag. */
  public static int ofVarint(int value) {
    return ofUnsignedVarint((value << 1) ^ (value >> 31));
  }

  /** 1 to 10 bytes, zigzag. */
  public static int ofVarlong(long value) {
    long zigzag = (value << 1) ^ (value >> 63);
    return (63 - Long.numberOfLeadingZeros(zigzag | 1)) / 7 + 1;
  }

  /** Length of the UTF-8 form; a surrogate without its other half counts as the one byte '?'. */
  public static int ofUtf8(String value) {
    int chars = value.length();
    int size = chars;
    for (int i = 0; i < chars; i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        if (c < 0x800) {
          size++;
        } else if (!Character.isSurrogate(c)) {
          size += 2;
        } else if (Character.isHighSurrogate(c)
            && i + 1 < chars
            && Character.isLowSurrogate(value.charAt(i + 1))) {
          size += 2;
          i++;
        }
      }
    }
    return size;
  }

  public static int ofString(@Nullable String value, boolean compact) {
    if (value == null) {
      return compact ? 1 : Short.BYTES;
    }
    int length = ofUtf8(value);
    return (compact ? ofUnsignedVarint(length + 1) : Short.BYTES) + length;
  }

  public static int ofBytes(@Nullable ByteBuffer value, boolean compact) {
    return value == null ? ofNull(compact) : ofSized(value.remaining(), compact);
  }

  public static int ofRecords(@Nullable RecordsPayload value, boolean compact) {
    return value == null ? ofNull(compact) : ofSized(value.sizeInBytes(), compact);
  }

  /** The length before an array's elements; -1 stands for a null array. */
  public static int ofArrayLength(int length, boolean compact) {
    return compact ? ofUnsignedVarint(length + 1) : Integer.BYTES;
  }

  /**
   * Tags, sizes and data of the fields, and the count before them.
   *
   * @param known how many other fields are included in the count
   */
  public static int ofUnknownTaggedFields(List<UnknownTaggedField> fields, int known) {
    int size = ofUnsignedVarint(known + fields.size());
    for (UnknownTaggedField field : fields) {
      int length = field.data().length;
      size += ofUnsignedVarint(field.tag()) + ofUnsignedVarint(length) + length;
    }
    return size;
  }

  private static int ofNull(boolean compact) {
    return compact ? 1 : Integer.BYTES;
  }

  private static int ofSized(int length, boolean compact) {
    return (compact ? ofUnsignedVarint(length + 1) : Integer.BYTES) + length;
  }
}
