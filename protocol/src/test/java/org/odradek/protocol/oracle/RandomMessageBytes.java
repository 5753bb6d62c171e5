package org.odradek.protocol.oracle;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes up the bytes of a message from Kafka's description of a version's layout. */
final class RandomMessageBytes {
  private static final int[] CODE_POINTS = {'a', 'Z', '0', '-', 0xe9, 0x20ac, 0x1f600};
  private static final int UNKNOWN_TAG = 7000;

  /** Structs that may be null, which the descriptions of 3.9 do not say. */
  private static final Set<String> UNSAID_NULLABLE =
      Set.of(
          "ConsumerGroupHeartbeatResponse.assignment",
          "ShareGroupHeartbeatResponse.assignment",
          "DescribeTopicPartitionsRequest.cursor",
          "DescribeTopicPartitionsResponse.next_cursor");

  private final Random random;
  private final int elementsMax;
  private final String message;

  RandomMessageBytes(Random random, int elementsMax, String message) {
    this.random = random;
    this.elementsMax = elementsMax;
    this.message = message;
  }

  byte[] of(Object schema) throws IOException, ReflectiveOperationException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(schema, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private void write(Object type, DataOutputStream out)
      throws IOException, ReflectiveOperationException {
    switch (type.getClass().getSimpleName()) {
      case "Schema" -> writeStruct(type, out);
      case "NullableSchema" -> writeNullableStruct(type, out);
      case "ArrayOf" -> writeArray(type, out, false);
      case "CompactArrayOf" -> writeArray(type, out, true);
      case "TaggedFields" -> writeTaggedFields(type, out);
      default -> writeScalar(type.toString(), out);
    }
  }

  private void writeStruct(Object schema, DataOutputStream out)
      throws IOException, ReflectiveOperationException {
    for (Object field : (Object[]) schema.getClass().getMethod("fields").invoke(schema)) {
      Object definition = field.getClass().getField("def").get(field);
      Object type = definition.getClass().getField("type").get(definition);
      Object name = definition.getClass().getField("name").get(definition);
      if (UNSAID_NULLABLE.contains(message + "." + name)
          && type.getClass().getSimpleName().equals("Schema")) {
        writeNullableStruct(type, out);
      } else {
        write(type, out);
      }
    }
  }

  private void writeNullableStruct(Object schema, DataOutputStream out)
      throws IOException, ReflectiveOperationException {
    boolean isNull = random.nextInt(4) == 0;
    out.writeByte(isNull ? -1 : 1);
    if (!isNull) {
      writeStruct(schema, out);
    }
  }

  private void writeArray(Object type, DataOutputStream out, boolean compact)
      throws IOException, ReflectiveOperationException {
    boolean nullable = (boolean) type.getClass().getMethod("isNullable").invoke(type);
    Optional<?> element = (Optional<?>) type.getClass().getMethod("arrayElementType").invoke(type);
    int length = nullable && random.nextInt(5) == 0 ? -1 : random.nextInt(elementsMax + 1);
    writeLength(length, compact, out);
    for (int i = 0; i < length; i++) {
      write(element.orElseThrow(), out);
    }
  }

  private void writeTaggedFields(Object type, DataOutputStream out)
      throws IOException, ReflectiveOperationException {
    Field fields = type.getClass().getDeclaredField("fields");
    fields.setAccessible(true);
    Map<Integer, byte[]> values = new TreeMap<>();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) fields.get(type)).entrySet()) {
      if (random.nextInt(3) > 0) {
        Object field = entry.getValue();
        values.put((Integer) entry.getKey(), of(field.getClass().getField("type").get(field)));
      }
    }
    if (random.nextInt(8) == 0) {
      values.put(UNKNOWN_TAG + random.nextInt(20_000), randomBytes());
      values.put(100 + random.nextInt(50), randomBytes());
    }
    writeUnsignedVarint(values.size(), out);
    for (Map.Entry<Integer, byte[]> entry : values.entrySet()) {
      writeUnsignedVarint(entry.getKey(), out);
      writeUnsignedVarint(entry.getValue().length, out);
      out.write(entry.getValue());
    }
  }

  private void writeScalar(String type, DataOutputStream out) throws IOException {
    switch (type) {
      case "BOOLEAN" -> out.writeBoolean(random.nextBoolean());
      case "INT8" -> out.writeByte((int) number());
      case "INT16", "UINT16" -> out.writeShort((int) number());
      case "INT32", "UINT32" -> out.writeInt((int) number());
      case "INT64" -> out.writeLong(number());
      case "FLOAT64" -> out.writeDouble(random.nextGaussian());
      case "UUID" -> {
        out.writeLong(random.nextLong());
        out.writeLong(random.nextLong());
      }
      default -> {
        boolean isNull = type.contains("NULLABLE") && random.nextInt(4) == 0;
        byte[] value = isNull ? null : type.endsWith("STRING") ? randomText() : randomBytes();
        writeSized(type, value, out);
      }
    }
  }

  private void writeSized(String type, byte @Nullable [] value, DataOutputStream out)
      throws IOException {
    int length = value == null ? -1 : value.length;
    if (type.equals("STRING") || type.equals("NULLABLE_STRING")) {
      out.writeShort(length);
    } else if (type.matches("(COMPACT_)?(NULLABLE_)?(STRING|BYTES|RECORDS)")) {
      writeLength(length, type.startsWith("COMPACT"), out);
    } else {
      throw new AssertionError("unknown type " + type);
    }
    if (value != null) {
      out.write(value);
    }
  }

  private long number() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> Long.MIN_VALUE >>> random.nextInt(64);
      case 3 -> random.nextInt(100);
      default -> random.nextLong();
    };
  }

  private byte[] randomText() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.appendCodePoint(
          CODE_POINTS[random.nextInt(random.nextBoolean() ? 4 : CODE_POINTS.length)]);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private byte[] randomBytes() {
    byte[] bytes = new byte[random.nextInt(10) == 0 ? 200 : random.nextInt(10)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void writeLength(int length, boolean compact, DataOutputStream out)
      throws IOException {
    if (compact) {
      writeUnsignedVarint(length + 1, out);
    } else {
      out.writeInt(length);
    }
  }

  private static void writeUnsignedVarint(int value, DataOutputStream out) throws IOException {
    int rest = value;
    while (rest > 0x7f) {
      out.writeByte(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.writeByte(rest);
  }
}
