package org.odradek.protocol.generator;

import org.odradek.protocol.generator.Schema.Field;
import org.odradek.protocol.generator.Schema.FieldType;
import org.odradek.protocol.generator.Schema.FieldType.ArrayOf;
import org.odradek.protocol.generator.Schema.FieldType.Scalar;
import org.odradek.protocol.generator.Schema.FieldType.StructRef;
import org.odradek.protocol.generator.Schema.MessageType;

/**
 * The fewest bytes that a value can take on the wire: what a reader may rely on when it checks an
 * array's length against the rest of the frame.
 */
final class SizeMin {
  private final MessageType message;

  SizeMin(MessageType message) {
    this.message = message;
  }

  /** The least over all versions that have the field of which this is an element. */
  int of(FieldType element, Field field) {
    int least = Integer.MAX_VALUE;
    for (int version = field.versions().lowest();
        version <= field.versions().highest();
        version++) {
      least = Math.min(least, of(element, version, field.alwaysPlain(), false));
    }
    return least;
  }

  private int of(FieldType type, int version, boolean alwaysPlain, boolean nullable) {
    boolean compact = message.flexible().contains(version) && !alwaysPlain;
    return switch (type) {
      case Scalar scalar when scalar.size > 0 -> scalar.size;
      case Scalar scalar -> compact ? 1 : scalar == Scalar.STRING ? 2 : 4;
      case ArrayOf array -> compact ? 1 : 4;
      case StructRef ref -> nullable ? 1 : ofStruct(ref, version);
    };
  }

  private int ofStruct(StructRef ref, int version) {
    int size = message.flexible().contains(version) ? 1 : 0;
    for (Field field : message.struct(ref.name()).fields()) {
      if (field.versions().contains(version) && !field.isTagged()) {
        size += of(field.type(), version, field.alwaysPlain(), field.nullable().contains(version));
      }
    }
    return size;
  }
}
