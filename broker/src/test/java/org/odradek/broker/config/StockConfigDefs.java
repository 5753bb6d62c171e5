package org.odradek.broker.config;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the classes of a stock Kafka say of its configuration keys; read in a loader of its own. */
final class StockConfigDefs implements AutoCloseable {
  private final URLClassLoader loader;

  /** What Kafka knows of a key; texts as Kafka prints them. */
  record StockKey(
      String name,
      String type,
      @Nullable String defaultText,
      @Nullable String validator,
      String importance,
      boolean internal) {}

  private StockConfigDefs(URLClassLoader loader) {
    this.loader = loader;
  }

  static StockConfigDefs of(String version) throws IOException {
    List<URL> jars = new ArrayList<>();
    try (var files = Files.list(Path.of("target", "stock-kafka-" + version))) {
      for (Path jar : files.toList()) {
        jars.add(jar.toUri().toURL());
      }
    }
    return new StockConfigDefs(
        new URLClassLoader(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()));
  }

  Map<String, StockKey> broker() throws ReflectiveOperationException {
    return keys(call(singleton("kafka.server.KafkaConfig"), "configDef"));
  }

  Map<String, StockKey> topic() throws ReflectiveOperationException {
    try {
      Class<?> type = loader.loadClass("org.apache.kafka.storage.internals.log.LogConfig");
      Field field = type.getDeclaredField("CONFIG");
      field.setAccessible(true);
      return keys(field.get(null));
    } catch (ClassNotFoundException e) {
      return keys(call(singleton("kafka.log.LogConfig"), "configDefCopy"));
    }
  }

  Set<String> dynamicKeys(String method) throws ReflectiveOperationException {
    Object set = call(singleton("kafka.server.DynamicBrokerConfig"), method);
    Object iterator = call(set, "iterator");
    Set<String> keys = new HashSet<>();
    while ((Boolean) call(iterator, "hasNext")) {
      keys.add((String) call(iterator, "next"));
    }
    return keys;
  }

  private Object singleton(String name) throws ReflectiveOperationException {
    Field field = loader.loadClass(name + "$").getField("MODULE$");
    return field.get(null);
  }

  private static Map<String, StockKey> keys(Object configDef) throws ReflectiveOperationException {
    Map<String, StockKey> keys = new TreeMap<>();
    for (Object key : ((Map<?, ?>) call(configDef, "configKeys")).values()) {
      Object defaultValue = field(key, "defaultValue");
      Object validator = field(key, "validator");
      keys.put(
          String.valueOf(field(key, "name")),
          new StockKey(
              String.valueOf(field(key, "name")),
              String.valueOf(field(key, "type")),
              defaultValue == null ? null : text(defaultValue),
              validator == null ? null : validator.toString(),
              String.valueOf(field(key, "importance")),
              Boolean.TRUE.equals(field(key, "internalConfig"))));
    }
    return keys;
  }

  private static String text(Object value) {
    return switch (value) {
      case Collection<?> list -> String.join(",", list.stream().map(Object::toString).toList());
      case Class<?> type -> type.getName();
      default -> value.toString();
    };
  }

  private static @Nullable Object field(Object target, String name)
      throws ReflectiveOperationException {
    return target.getClass().getField(name).get(target);
  }

  private static Object call(Object target, String name) throws ReflectiveOperationException {
    for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
      for (Method method : type.getDeclaredMethods()) {
        if (method.getName().equals(name) && method.getParameterCount() == 0) {
          method.setAccessible(true);
          return method.invoke(target);
        }
      }
    }
    throw new NoSuchMethodException(target.getClass() + "." + name);
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
