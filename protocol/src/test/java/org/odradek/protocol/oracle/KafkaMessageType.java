package org.odradek.protocol.oracle;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One message class of a Kafka release, by reflection. */
final class KafkaMessageType {
  private final String name;
  private final KafkaRelease release;
  private final Constructor<?> constructor;
  private final Object[] schemas;
  private final Constructor<?> accessorConstructor;
  private final Constructor<?> cacheConstructor;
  private final Method read;
  private final Method write;
  private final Method size;

  KafkaMessageType(KafkaRelease release, String name, Class<?> type)
      throws ReflectiveOperationException {
    this.release = release;
    this.name = name;
    this.constructor = type.getConstructor();
    this.schemas = (Object[]) type.getField("SCHEMAS").get(null);
    String protocol = "org.apache.kafka.common.protocol.";
    Class<?> readable = release.load(protocol + "Readable");
    Class<?> writable = release.load(protocol + "Writable");
    Class<?> cache = release.load(protocol + "ObjectSerializationCache");
    this.accessorConstructor =
        release.load(protocol + "ByteBufferAccessor").getConstructor(ByteBuffer.class);
    this.cacheConstructor = cache.getConstructor();
    this.read = type.getMethod("read", readable, short.class);
    this.write = type.getMethod("write", writable, cache, short.class);
    this.size = type.getMethod("size", cache, short.class);
  }

  /** Without {@code Data} at the end. */
  String name() {
    return name;
  }

  KafkaRelease release() {
    return release;
  }

  short lowestVersion() throws ReflectiveOperationException {
    Object message = constructor.newInstance();
    return (short) message.getClass().getMethod("lowestSupportedVersion").invoke(message);
  }

  short highestVersion() throws ReflectiveOperationException {
    Object message = constructor.newInstance();
    return (short) message.getClass().getMethod("highestSupportedVersion").invoke(message);
  }

  /** Kafka's description of the version's layout. */
  Object schema(short version) {
    return schemas[version];
  }

  /** Reads a message that must take up the whole buffer. */
  Object read(ByteBuffer bytes, short version) throws ReflectiveOperationException {
    ByteBuffer source = bytes.duplicate();
    Object message = constructor.newInstance();
    read.invoke(message, accessorConstructor.newInstance(source), version);
    if (source.hasRemaining()) {
      throw new AssertionError(this + " left " + source.remaining() + " bytes");
    }
    return message;
  }

  /** Null when Kafka refuses to write the message in this version. */
  @Nullable ByteBuffer write(Object message, short version) throws ReflectiveOperationException {
    Object cache = cacheConstructor.newInstance();
    try {
      ByteBuffer target = ByteBuffer.allocate((int) size.invoke(message, cache, version));
      write.invoke(message, accessorConstructor.newInstance(target), cache, version);
      if (target.hasRemaining()) {
        throw new AssertionError(this + " is shorter than its size by " + target.remaining());
      }
      return target.flip();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException) {
        return null;
      }
      throw e;
    }
  }

  @Override
  public String toString() {
    return name + " of " + release;
  }
}
