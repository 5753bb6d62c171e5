package org.odradek.protocol.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Command line: a directory of schemas, and a source directory to write the classes into. */
public final class GenerateMessages {
  private GenerateMessages() {}

  /** Two arguments: the directory of the schemas, and the root of the sources to be written. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException(
          "expected two arguments, schema directory and source directory, found "
              + arguments.length);
    }
    generate(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  /**
   * Files whose content would not change are left alone, so that nothing is compiled in vain; files
   * that no schema accounts for any more are deleted.
   */
  static void generate(Path schemaDirectory, Path sourceDirectory) throws IOException {
    List<Schema> schemas = new ArrayList<>();
    try (Stream<Path> files = Files.list(schemaDirectory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".schema")).sorted().toList()) {
        schemas.add(SchemaParser.parse(file.getFileName().toString(), Files.readString(file)));
      }
    }
    Path directory = sourceDirectory.resolve(MessageClass.PACKAGE.replace('.', '/'));
    Files.createDirectories(directory);
    Set<Path> written = new HashSet<>();
    for (Schema schema : schemas) {
      for (Schema.MessageType message : schema.messages()) {
        Path target = directory.resolve(message.name() + ".java");
        if (!written.add(target)) {
          throw new SchemaException(message.name() + " is defined twice");
        }
        writeIfChanged(target, new MessageClass(schema.fileName(), message).source());
      }
    }
    Path registry = directory.resolve("ApiMessages.java");
    written.add(registry);
    writeIfChanged(registry, new ApiMessagesClass(schemas).source());
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(f -> !written.contains(f)).toList()) {
        Files.delete(file);
      }
    }
  }

  private static void writeIfChanged(Path target, String source) throws IOException {
    if (!Files.exists(target) || !Files.readString(target).equals(source)) {
      Files.writeString(target, source);
    }
  }
}
