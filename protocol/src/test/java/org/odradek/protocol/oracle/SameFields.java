package org.odradek.protocol.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.Uuid;

/**
 * Compares a message of ours with one of Kafka's, field by field, by the names of the accessors.
 */
final class SameFields {
  private static final Set<String> NOT_FIELDS =
      Set.of(
          "toString",
          "hashCode",
          "unknownTaggedFields",
          "lowestSupportedVersion",
          "highestSupportedVersion");

  /** Fields of ours, not at their defaults, that Kafka's class has not by that name. */
  private final Set<String> renamed = new TreeSet<>();

  private int compared;

  Set<String> renamed() {
    return renamed;
  }

  /** How many values were compared. */
  int compared() {
    return compared;
  }

  void check(String what, Object theirs, Object ours) throws ReflectiveOperationException {
    Object defaults = ours.getClass().getConstructor().newInstance();
    for (Method accessor : ours.getClass().getMethods()) {
      if (accessor.getParameterCount() != 0
          || accessor.getDeclaringClass() != ours.getClass()
          || NOT_FIELDS.contains(accessor.getName())) {
        continue;
      }
      Object value = accessor.invoke(ours);
      if (Objects.equals(value, accessor.invoke(defaults))) {
        // the version may not have it, and the releases differ in some defaults
        continue;
      }
      String name = ours.getClass().getSimpleName() + "." + accessor.getName();
      try {
        Method their = theirs.getClass().getMethod(accessor.getName());
        same(what + ": " + name, their.invoke(theirs), value);
        compared++;
      } catch (NoSuchMethodException e) {
        renamed.add(name);
      }
    }
  }

  private void same(String what, @Nullable Object theirs, @Nullable Object ours)
      throws ReflectiveOperationException {
    if (theirs == null || ours == null) {
      assertEquals(theirs == null, ours == null, what);
      return;
    }
    switch (ours) {
      case Collection<?> list -> {
        Collection<?> their = (Collection<?>) theirs;
        assertEquals(their.size(), list.size(), what);
        Iterator<?> theirElements = their.iterator();
        for (Object element : list) {
          same(what, theirElements.next(), element);
        }
      }
      case ByteBuffer bytes ->
          assertEquals(
              theirs instanceof byte[] array ? ByteBuffer.wrap(array) : theirs, bytes, what);
      case Uuid uuid -> assertEquals(theirs.toString(), uuid.toString(), what);
      case RecordsPayload records -> {
        Object size =
            theirs instanceof byte[] array
                ? array.length
                : theirs instanceof ByteBuffer buffer
                    ? buffer.remaining()
                    : theirs.getClass().getMethod("sizeInBytes").invoke(theirs);
        assertEquals(size, records.sizeInBytes(), what);
      }
      default -> {
        if (ours.getClass().getName().startsWith("org.odradek.protocol.message.")) {
          check(what, theirs, ours);
        } else {
          assertEquals(theirs, ours, what);
        }
      }
    }
  }
}
