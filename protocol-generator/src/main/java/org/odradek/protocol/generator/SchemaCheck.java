package org.odradek.protocol.generator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.SourceVersion;
import org.odradek.protocol.generator.Schema.Field;
import org.odradek.protocol.generator.Schema.FieldType;
import org.odradek.protocol.generator.Schema.FieldType.ArrayOf;
import org.odradek.protocol.generator.Schema.FieldType.StructRef;
import org.odradek.protocol.generator.Schema.MessageType;
import org.odradek.protocol.generator.Schema.Struct;

/** What a schema has to obey beyond its grammar, so that Java can be written from it. */
final class SchemaCheck {
  /** Names that the generated code uses itself. */
  private static final Set<String> TAKEN =
      Set.of("List", "ArrayList", "Objects", "String", "ByteBuffer", "Uuid", "Message", "Override");

  private final MessageType message;
  private final Set<String> used = new HashSet<>();

  SchemaCheck(MessageType message) {
    this.message = message;
  }

  void check() {
    checkStruct(message.root(), List.of());
    for (String name : message.structs().keySet()) {
      if (!used.contains(name)) {
        throw new SchemaException("struct " + name + " is not used");
      }
      if (TAKEN.contains(name) || name.equals(message.name())) {
        throw new SchemaException("a struct cannot be called " + name);
      }
    }
  }

  private void checkStruct(Struct struct, List<String> path) {
    if (path.contains(struct.name())) {
      throw new SchemaException("struct " + struct.name() + " contains itself");
    }
    for (Field field : struct.fields()) {
      if (SourceVersion.isKeyword(field.name())) {
        throw new SchemaException("'" + field.name() + "' is a word of Java");
      }
      if (field.versions().isEmpty()) {
        throw new SchemaException(field.name() + " is in no version of " + message.name());
      }
      if (field.isTagged() && !message.flexible().contains(field.versions())) {
        throw new SchemaException(field.name() + " is tagged in versions that are not flexible");
      }
      FieldType inner = field.type() instanceof ArrayOf array ? array.element() : field.type();
      if (inner instanceof StructRef ref) {
        used.add(ref.name());
        List<String> below = new ArrayList<>(path);
        below.add(struct.name());
        checkStruct(message.struct(ref.name()), below);
      }
    }
    checkTags(struct);
  }

  /** Known tags come first in every version, so that unknown ones can be written after them. */
  private void checkTags(Struct struct) {
    List<Field> tagged = struct.tagged();
    for (int i = 0; i < tagged.size(); i++) {
      if (tagged.get(i).tag() != i) {
        throw new SchemaException("the tags of " + struct.name() + " do not count from 0");
      }
      if (i > 0 && tagged.get(i).versions().lowest() < tagged.get(i - 1).versions().lowest()) {
        throw new SchemaException(
            "tag " + i + " of " + struct.name() + " is older than tag " + (i - 1));
      }
    }
  }
}
