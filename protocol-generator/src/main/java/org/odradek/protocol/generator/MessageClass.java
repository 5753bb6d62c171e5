package org.odradek.protocol.generator;

import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.generator.Schema.Field;
import org.odradek.protocol.generator.Schema.FieldType.ArrayOf;
import org.odradek.protocol.generator.Schema.FieldType.Scalar;
import org.odradek.protocol.generator.Schema.FieldType.StructRef;
import org.odradek.protocol.generator.Schema.MessageType;
import org.odradek.protocol.generator.Schema.Struct;

/** Writes the class of one message, its structs nested in it. */
final class MessageClass {
  static final String PACKAGE = "org.odradek.protocol.message";
  static final String THROTTLE_TIME = "throttleTimeMs";

  private final MessageType message;
  private final String fileName;

  MessageClass(String fileName, MessageType message) {
    this.fileName = fileName;
    this.message = message;
  }

  /** The whole source file. */
  String source() {
    JavaText body = new JavaText();
    body.line("/** " + message.name() + ", versions " + message.versions() + ". */");
    String role = tellsThrottleTime(message) ? "ThrottledResponse" : "Message";
    body.line("public final class " + message.name() + " implements " + role + " {");
    constants(body);
    new StructBody(message, message.root()).write(body);
    for (Struct struct : message.structs().values()) {
      body.blank();
      body.line("/** In versions " + struct.versions() + ". */");
      body.line("public static final class " + struct.name() + " {");
      new StructBody(message, struct).write(body);
      body.line("}");
    }
    body.line("}");
    JavaText file = new JavaText();
    file.line("// Written from " + fileName + " by protocol-generator, do not edit.");
    file.line("package " + PACKAGE + ";");
    file.blank();
    imports(body.toString()).forEach(i -> file.line("import " + i + ";"));
    file.blank();
    file.lines(body);
    return file.toString();
  }

  private void constants(JavaText out) {
    VersionRange flexible = message.flexible();
    String firstFlexible =
        flexible.isEmpty()
            ? "Short.MAX_VALUE"
            : flexible.contains(message.versions()) ? "0" : "" + flexible.lowest();
    out.line("public static final short LOWEST_VERSION = " + message.versions().lowest() + ";");
    out.line("public static final short HIGHEST_VERSION = " + message.versions().highest() + ";");
    out.blank();
    out.line("/** The first version with tagged fields, {@link Short#MAX_VALUE} when none has. */");
    out.line("public static final short FIRST_FLEXIBLE_VERSION = " + firstFlexible + ";");
  }

  private static TreeSet<String> imports(String body) {
    TreeSet<String> imports = new TreeSet<>();
    for (String name :
        new String[] {
          "java.nio.ByteBuffer",
          "java.util.ArrayList",
          "java.util.List",
          "java.util.Objects",
          "org.jspecify.annotations.Nullable",
          "org.odradek.protocol.Message",
          "org.odradek.protocol.MessageReader",
          "org.odradek.protocol.MessageWriter",
          "org.odradek.protocol.ProtocolException",
          "org.odradek.protocol.RecordsPayload",
          "org.odradek.protocol.ThrottledResponse",
          "org.odradek.protocol.UnknownTaggedField",
          "org.odradek.protocol.UnsupportedVersionException",
          "org.odradek.protocol.Uuid",
          "org.odradek.protocol.WireSize"
        }) {
      String simple = name.substring(name.lastIndexOf('.') + 1);
      if (Pattern.compile("(?<![\\w.])" + simple + "\\b").matcher(body).find()) {
        imports.add(name);
      }
    }
    return imports;
  }

  /** Declares the local variable {@code compact} when the body asks for it. */
  static void declareCompact(
      JavaText out, MessageType message, VersionRange within, JavaText body) {
    if (Pattern.compile("\\bcompact\\b").matcher(body.toString()).find()) {
      out.line("boolean compact = " + message.flexible().condition(within) + ";");
    }
  }

  /** Whether it is a response that says for how long the client is held back. */
  static boolean tellsThrottleTime(MessageType message) {
    return message.name().endsWith("Response")
        && message.root().fields().stream()
            .anyMatch(field -> field.name().equals(THROTTLE_TIME) && field.type() == Scalar.INT32);
  }

  /** Whether the struct or one inside it has a field of records. */
  static boolean hasRecords(MessageType message, Struct struct) {
    for (Field field : struct.fields()) {
      if (field.type() == Scalar.RECORDS
          || (innerStruct(field) instanceof StructRef ref
              && hasRecords(message, message.struct(ref.name())))) {
        return true;
      }
    }
    return false;
  }

  static @Nullable StructRef innerStruct(Field field) {
    return switch (field.type()) {
      case StructRef ref -> ref;
      case ArrayOf(StructRef ref) -> ref;
      default -> null;
    };
  }
}
