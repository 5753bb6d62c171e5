package org.odradek.protocol.oracle;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.ProtocolException;

/** One of our message classes, by reflection. */
final class OurMessageType {
  /** What Kafka called some messages in older releases. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "ListOffsetRequest", "ListOffsetsRequest",
          "ListOffsetResponse", "ListOffsetsResponse",
          "AlterIsrRequest", "AlterPartitionRequest",
          "AlterIsrResponse", "AlterPartitionResponse",
          "ListClientMetricsResourcesRequest", "ListConfigResourcesRequest",
          "ListClientMetricsResourcesResponse", "ListConfigResourcesResponse",
          "DefaultPrincipal", "DefaultPrincipalData");

  private final Class<?> type;
  private final Method read;

  private OurMessageType(Class<?> type) throws NoSuchMethodException {
    this.type = type;
    this.read = type.getMethod("read", MessageReader.class, short.class);
  }

  /** Null when we have no message of this name. */
  static @Nullable OurMessageType forKafkaName(String name) throws NoSuchMethodException {
    try {
      return new OurMessageType(
          Class.forName("org.odradek.protocol.message." + RENAMED.getOrDefault(name, name)));
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** Reads a message that must take up the whole buffer. */
  Message read(ByteBuffer bytes, short version) {
    MessageReader reader = new MessageReader(bytes.duplicate());
    Message message = decode(reader, version);
    if (reader.remaining() > 0) {
      throw new AssertionError(type.getSimpleName() + " left " + reader.remaining() + " bytes");
    }
    return message;
  }

  /** Exceptions come as they are. */
  Message decode(MessageReader reader, short version) {
    try {
      return (Message) read.invoke(null, reader, version);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** Null when the message cannot be written in the version. */
  static @Nullable ByteBuffer write(Message message, short version) {
    try {
      return ByteBufferWriter.toByteBuffer(message, version);
    } catch (ProtocolException e) {
      return null;
    }
  }

  /** A message made by copying field after field through accessors and setters. */
  static Message copy(Message message) throws ReflectiveOperationException {
    return (Message) copyStruct(message);
  }

  private static Object copyStruct(Object from) throws ReflectiveOperationException {
    Object to = from.getClass().getConstructor().newInstance();
    for (Method setter : from.getClass().getMethods()) {
      if (setter.getParameterCount() == 1 && setter.getReturnType() == from.getClass()) {
        Object value = from.getClass().getMethod(setter.getName()).invoke(from);
        Object result = setter.invoke(to, copyValue(value));
        if (result != to) {
          throw new AssertionError(setter + " does not return its own object");
        }
      }
    }
    return to;
  }

  private static @Nullable Object copyValue(@Nullable Object value)
      throws ReflectiveOperationException {
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      for (Object element : list) {
        copy.add(copyValue(element));
      }
      return copy;
    }
    return value != null && value.getClass().getName().startsWith("org.odradek.protocol.message.")
        ? copyStruct(value)
        : value;
  }

  @Override
  public String toString() {
    return type.getSimpleName();
  }
}
