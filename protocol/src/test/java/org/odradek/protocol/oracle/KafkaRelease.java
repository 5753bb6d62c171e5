package org.odradek.protocol.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The message classes of one release of Kafka, loaded apart from all others. */
final class KafkaRelease {
  private static final Path ORACLE_JARS = Path.of("target", "oracle");
  private static final Pattern MESSAGE_CLASS =
      Pattern.compile(
          "(org/apache/kafka/(?:common/message|coordinator/\\w+/generated)/"
              + "(\\w+?(?:Request|Response|Header|Subscription|Assignment|Marker|PrincipalData"
              + "|Key|Value|Message|Record)))(?:Data)?\\.class");

  private final String version;
  private final URLClassLoader loader;
  private final List<Path> jars;

  KafkaRelease(String version) {
    this.version = version;
    try (Stream<Path> files = Files.list(ORACLE_JARS.resolve(version))) {
      this.jars = files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    URL[] urls = jars.stream().map(KafkaRelease::url).toArray(URL[]::new);
    this.loader =
        new URLClassLoader("kafka-" + version, urls, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  String version() {
    return version;
  }

  Class<?> load(String className) throws ClassNotFoundException {
    return loader.loadClass(className);
  }

  /** All messages that the release has, in the order of their names. */
  List<KafkaMessageType> messages() throws IOException, ReflectiveOperationException {
    List<KafkaMessageType> messages = new ArrayList<>();
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        for (String entry : file.stream().map(e -> e.getName()).sorted().toList()) {
          Matcher matcher = MESSAGE_CLASS.matcher(entry);
          if (matcher.matches()) {
            String className = entry.replace('/', '.').replace(".class", "");
            messages.add(new KafkaMessageType(this, matcher.group(2), load(className)));
          }
        }
      }
    }
    return messages;
  }

  @Override
  public String toString() {
    return version;
  }
}
