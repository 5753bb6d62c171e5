package org.odradek.protocol.generator;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The content of one schema file.
 *
 * @param fileName without directory
 * @param api null for headers and data
 */
record Schema(String fileName, @Nullable Api api, List<MessageType> messages) {

  /** {@code Heartbeat}, 12. */
  record Api(String name, int key) {
    /** Kafka's name of the constant, such as {@code OFFSET_FOR_LEADER_EPOCH}. */
    String constant() {
      return name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }
  }

  /**
   * One message: request, response, header or data.
   *
   * @param flexible the versions with tagged fields and compact lengths
   * @param structs by name, without the root
   */
  record MessageType(
      String name,
      VersionRange versions,
      VersionRange flexible,
      Struct root,
      Map<String, Struct> structs) {

    Struct struct(String structName) {
      Struct struct = structs.get(structName);
      if (struct == null) {
        throw new SchemaException("There is no struct " + structName + " in " + name);
      }
      return struct;
    }
  }

  /**
   * @param versions those in which the struct can occur
   */
  record Struct(String name, VersionRange versions, List<Field> fields) {
    List<Field> tagged() {
      return fields.stream()
          .filter(Field::isTagged)
          .sorted(Comparator.comparingInt(Field::tag))
          .toList();
    }
  }

  /**
   * @param versions those that have the field, within the struct's
   * @param nullable those in which it may be null, within the field's
   * @param tag -1 when the field is not tagged
   * @param alwaysPlain whether the field keeps its old form in flexible versions
   * @param defaultText as written in the schema, null when not given
   */
  record Field(
      String name,
      FieldType type,
      VersionRange versions,
      VersionRange nullable,
      int tag,
      boolean alwaysPlain,
      boolean ignorable,
      boolean secret,
      @Nullable String defaultText) {

    boolean isTagged() {
      return tag >= 0;
    }

    boolean isNullable() {
      return !nullable.isEmpty();
    }

    boolean isNullByDefault() {
      return "null".equals(defaultText);
    }
  }

  /** What a field holds. */
  sealed interface FieldType {
    /** A value of fixed or of variable size. */
    enum Scalar implements FieldType {
      BOOL("bool", "boolean", "Boolean", "Boolean", 1),
      INT8("int8", "byte", "Byte", "Byte", 1),
      INT16("int16", "short", "Short", "Short", 2),
      UINT16("uint16", "int", "Integer", "UnsignedShort", 2),
      INT32("int32", "int", "Integer", "Int", 4),
      UINT32("uint32", "long", "Long", "UnsignedInt", 4),
      INT64("int64", "long", "Long", "Long", 8),
      FLOAT64("float64", "double", "Double", "Double", 8),
      UUID("uuid", "Uuid", "Uuid", "Uuid", 16),
      STRING("string", "String", "String", "String", -1),
      BYTES("bytes", "ByteBuffer", "ByteBuffer", "Bytes", -1),
      RECORDS("records", "RecordsPayload", "RecordsPayload", "Records", -1);

      final String schemaName;
      final String javaType;
      final String boxedType;

      /** What follows {@code read} and {@code write} in the reader's and writer's methods. */
      final String method;

      /** On the wire, -1 when it varies. */
      final int size;

      Scalar(String schemaName, String javaType, String boxedType, String method, int size) {
        this.schemaName = schemaName;
        this.javaType = javaType;
        this.boxedType = boxedType;
        this.method = method;
        this.size = size;
      }

      boolean isPrimitive() {
        return !javaType.equals(boxedType);
      }
    }

    /** A struct of the same message. */
    record StructRef(String name) implements FieldType {}

    /** An array; there are no arrays of arrays in the protocol. */
    record ArrayOf(FieldType element) implements FieldType {}
  }
}
