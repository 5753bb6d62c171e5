package org.odradek.protocol.generator;

import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.odradek.protocol.generator.Schema.FieldType.ArrayOf;
import org.odradek.protocol.generator.Schema.MessageType;
import org.odradek.protocol.generator.Schema.Struct;

/** Writes the members of a message's class or of one of its structs. */
final class StructBody {
  private final MessageType message;
  private final Struct struct;
  private final boolean isRoot;
  private final List<FieldCode> fields;
  private final List<FieldCode> tagged;
  private final List<FieldCode> untagged;

  /** The condition for tagged fields: {@code false} when no version has any. */
  private final String flexible;

  StructBody(MessageType message, Struct struct) {
    this.message = message;
    this.struct = struct;
    this.isRoot = struct == message.root();
    this.fields = struct.fields().stream().map(f -> new FieldCode(message, struct, f)).toList();
    this.tagged = struct.tagged().stream().map(f -> new FieldCode(message, struct, f)).toList();
    this.untagged = fields.stream().filter(f -> !f.field().isTagged()).toList();
    String condition = message.flexible().condition(struct.versions());
    this.flexible = condition.equals("true") || condition.equals("false") ? condition : "compact";
  }

  void write(JavaText out) {
    if (isRoot) {
      out.blank();
    }
    declarations(out);
    if (isRoot) {
      versionAccessor(out, "lowest");
      versionAccessor(out, "highest");
    }
    fields.forEach(field -> accessors(out, field));
    if (hasTagged()) {
      unknownTaggedFieldAccessors(out);
    }
    readMethod(out);
    sizeMethods(out);
    if (MessageClass.hasRecords(message, struct)) {
      new RecordsSize(message, struct).write(out);
    }
    writeMethods(out);
    new ObjectMethods(struct, fields, hasTagged()).write(out);
  }

  private boolean hasTagged() {
    return !flexible.equals("false");
  }

  private void declarations(JavaText out) {
    for (FieldCode field : fields) {
      boolean nullable = field.isNullable() || field.isLazy();
      String value = field.isLazy() ? "" : " = " + field.initial();
      out.line(
          "private "
              + (nullable ? "@Nullable " : "")
              + field.javaType()
              + " "
              + field.field().name()
              + value
              + ";");
    }
    if (hasTagged()) {
      out.line("private List<UnknownTaggedField> unknownTaggedFields = List.of();");
    }
  }

  private static void versionAccessor(JavaText out, String which) {
    out.blank();
    out.line("@Override");
    out.line("public short " + which + "SupportedVersion() {");
    out.line("return " + which.toUpperCase(Locale.ROOT) + "_VERSION;");
    out.line("}");
  }

  private void accessors(JavaText out, FieldCode field) {
    String name = field.field().name();
    String type = (field.isNullable() ? "@Nullable " : "") + field.javaType();
    boolean overrides =
        isRoot
            && name.equals(MessageClass.THROTTLE_TIME)
            && MessageClass.tellsThrottleTime(message);
    out.blank();
    out.line("/** " + describe(field) + " */");
    if (overrides) {
      out.line("@Override");
    }
    out.line("public " + type + " " + name + "() {");
    if (field.isLazy() && !field.isNullable()) {
      out.line("if (this." + name + " == null) {");
      out.line("this." + name + " = " + field.initial() + ";");
      out.line("}");
    }
    out.line("return this." + name + ";");
    out.line("}");
    out.blank();
    if (overrides) {
      out.line("@Override");
    }
    out.line("public " + struct.name() + " " + name + "(" + type + " " + name + ") {");
    boolean unchecked = field.isNullable() || field.isPrimitive();
    out.line(
        "this."
            + name
            + " = "
            + (unchecked ? name : "Objects.requireNonNull(" + name + ", \"" + name + "\")")
            + ";");
    out.line("return this;");
    out.line("}");
  }

  private static String describe(FieldCode code) {
    Schema.Field field = code.field();
    String text = "Versions " + field.versions();
    if (field.isNullable()) {
      text +=
          field.nullable().equals(field.versions())
              ? ", may be null"
              : ", may be null in " + field.nullable();
    }
    if (field.isTagged()) {
      text += ", tag " + field.tag();
    }
    if (field.defaultText() != null) {
      text += ", by default {@code " + field.defaultText() + "}";
    }
    return text + ".";
  }

  private void unknownTaggedFieldAccessors(JavaText out) {
    out.blank();
    out.line("/** Tagged fields that the schema does not know, their tags increasing. */");
    out.line("public List<UnknownTaggedField> unknownTaggedFields() {");
    out.line("return this.unknownTaggedFields;");
    out.line("}");
    out.blank();
    out.line(
        "public "
            + struct.name()
            + " unknownTaggedFields(List<UnknownTaggedField> unknownTaggedFields) {");
    out.line("this.unknownTaggedFields = Objects.requireNonNull(unknownTaggedFields);");
    out.line("return this;");
    out.line("}");
  }

  private void readMethod(JavaText out) {
    JavaText body = new JavaText();
    body.line(struct.name() + " message = new " + struct.name() + "();");
    grouped(body, (code, text) -> code.read(text, "message." + code.field().name()));
    if (hasTagged()) {
      conditional(
          body,
          flexible,
          tagged.isEmpty()
              ? "message.unknownTaggedFields = in.readUnknownTaggedFields();"
              : "message.readTaggedFields(in, version);");
    }
    body.line("return message;");
    out.blank();
    if (isRoot) {
      out.line("/** Slices of the reader's buffer are kept, not copied. */");
    }
    out.line("public static " + struct.name() + " read(MessageReader in, short version) {");
    if (isRoot) {
      requireVersion(out);
    }
    MessageClass.declareCompact(out, message, struct.versions(), body);
    out.lines(body);
    out.line("}");
    if (!tagged.isEmpty()) {
      readTaggedMethod(out);
    }
  }

  private void requireVersion(JavaText out) {
    out.line(
        "UnsupportedVersionException.requireVersion(\""
            + message.name()
            + "\", version, LOWEST_VERSION, HIGHEST_VERSION);");
  }

  private void readTaggedMethod(JavaText out) {
    out.blank();
    out.line("private void readTaggedFields(MessageReader in, short version) {");
    out.line("int count = in.readTaggedFieldCount();");
    out.line("int tag = -1;");
    out.line("for (int n = 0; n < count; n++) {");
    out.line("tag = in.readTag(tag);");
    out.line("int end = in.readTaggedFieldEnd();");
    String start = "if (";
    for (FieldCode field : tagged) {
      String present = field.field().versions().condition(flexibleVersions());
      out.line(
          start
              + "tag == "
              + field.field().tag()
              + (present.equals("true") ? "" : " && " + present)
              + ") {");
      field.read(out, "this." + field.field().name());
      out.line("in.requirePosition(\"" + field.label() + "\", end);");
      start = "} else if (";
    }
    out.line("} else {");
    out.line(
        "this.unknownTaggedFields ="
            + " in.readUnknownTaggedField(this.unknownTaggedFields, tag, end);");
    out.line("}");
    out.line("}");
    out.line("}");
  }

  private VersionRange flexibleVersions() {
    return message.flexible().intersect(struct.versions());
  }

  private void sizeMethods(JavaText out) {
    JavaText body = new JavaText();
    body.line("int size = " + fixedSizeInAllVersions() + ";");
    grouped(
        body,
        (code, text) -> {
          if (code.fixedSize() < 0 || !code.present().equals("true")) {
            text.line("size += " + code.size() + ";");
          }
        });
    if (hasTagged()) {
      conditional(
          body,
          flexible,
          tagged.isEmpty()
              ? "size += WireSize.ofUnknownTaggedFields(this.unknownTaggedFields, 0);"
              : "size += sizeOfTaggedFields(version);");
    }
    body.line("return size;");
    out.blank();
    if (isRoot) {
      out.line("@Override");
    }
    out.line("public int sizeInBytes(short version) {");
    MessageClass.declareCompact(out, message, struct.versions(), body);
    out.lines(body);
    out.line("}");
    for (FieldCode field : fields) {
      if (field.field().type() instanceof ArrayOf array) {
        out.blank();
        field.arraySizeMethod(out, array.element());
      }
    }
    if (!tagged.isEmpty()) {
      sizeOfTaggedMethod(out);
    }
  }

  private int fixedSizeInAllVersions() {
    return untagged.stream()
        .filter(f -> f.present().equals("true"))
        .mapToInt(f -> Math.max(0, f.fixedSize()))
        .sum();
  }

  private void sizeOfTaggedMethod(JavaText out) {
    out.blank();
    out.line("private int sizeOfTaggedFields(short version) {");
    out.line("int count = 0;");
    out.line("int size = 0;");
    for (FieldCode field : tagged) {
      out.line("if (" + isWrittenTagged(field) + ") {");
      out.line("int fieldSize = " + field.size() + ";");
      out.line(
          "size += "
              + sizeOfTag(field.field().tag())
              + " + WireSize.ofUnsignedVarint(fieldSize) + fieldSize;");
      out.line("count++;");
      out.line("}");
    }
    out.line("return size + WireSize.ofUnknownTaggedFields(this.unknownTaggedFields, count);");
    out.line("}");
  }

  private static int sizeOfTag(int tag) {
    return tag < 128 ? 1 : 2;
  }

  private String isWrittenTagged(FieldCode field) {
    String present = field.field().versions().condition(flexibleVersions());
    return (present.equals("true") ? "" : present + " && ") + field.isNotDefault();
  }

  private void writeMethods(JavaText out) {
    JavaText body = new JavaText();
    refuseWhatHasNoPlace(body);
    grouped(body, FieldCode::write);
    if (hasTagged()) {
      JavaText write = new JavaText();
      if (tagged.isEmpty()) {
        write.line("out.writeTaggedFieldCount(0, this.unknownTaggedFields);");
        write.line("out.writeUnknownTaggedFields(this.unknownTaggedFields);");
      } else {
        write.line("writeTaggedFields(out, version);");
      }
      if (flexible.equals("true")) {
        body.lines(write);
      } else {
        body.line("if (compact) {");
        body.lines(write);
        body.line("} else if (!this.unknownTaggedFields.isEmpty()) {");
        body.line(
            "throw UnsupportedVersionException.noTaggedFields(\""
                + struct.name()
                + "\", version);");
        body.line("}");
      }
    }
    out.blank();
    if (isRoot) {
      out.line("@Override");
    }
    out.line("public void write(MessageWriter out, short version) {");
    if (isRoot) {
      requireVersion(out);
    }
    MessageClass.declareCompact(out, message, struct.versions(), body);
    out.lines(body);
    out.line("}");
    if (!tagged.isEmpty()) {
      writeTaggedMethod(out);
    }
  }

  private void refuseWhatHasNoPlace(JavaText body) {
    for (FieldCode field : fields) {
      if (!field.field().ignorable() && !field.absent().equals("false")) {
        String absent = field.absent();
        body.line(
            "if ("
                + (absent.contains("||") ? "(" + absent + ")" : absent)
                + " && "
                + field.isNotDefault()
                + ") {");
        body.line(
            "throw UnsupportedVersionException.noPlaceFor(\"" + field.label() + "\", version);");
        body.line("}");
      }
    }
  }

  private void writeTaggedMethod(JavaText out) {
    out.blank();
    out.line("private void writeTaggedFields(MessageWriter out, short version) {");
    out.line("int count = 0;");
    for (FieldCode field : tagged) {
      out.line("if (" + isWrittenTagged(field) + ") {");
      out.line("count++;");
      out.line("}");
    }
    out.line("out.writeTaggedFieldCount(count, this.unknownTaggedFields);");
    for (FieldCode field : tagged) {
      out.line("if (" + isWrittenTagged(field) + ") {");
      out.line("out.writeUnsignedVarint(" + field.field().tag() + ");");
      out.line("out.writeUnsignedVarint(" + field.size() + ");");
      field.write(out);
      out.line("}");
    }
    out.line("out.writeUnknownTaggedFields(this.unknownTaggedFields);");
    out.line("}");
  }

  /** Writes code for the untagged fields, one {@code if} around neighbours of the same versions. */
  private void grouped(JavaText out, BiConsumer<FieldCode, JavaText> writer) {
    String condition = "true";
    JavaText group = new JavaText();
    for (FieldCode field : untagged) {
      if (!field.present().equals(condition)) {
        flush(out, condition, group);
        group = new JavaText();
        condition = field.present();
      }
      writer.accept(field, group);
    }
    flush(out, condition, group);
  }

  private static void flush(JavaText out, String condition, JavaText group) {
    if (group.isEmpty()) {
      return;
    }
    if (condition.equals("true")) {
      out.lines(group);
    } else {
      out.line("if (" + condition + ") {");
      out.lines(group);
      out.line("}");
    }
  }

  private static void conditional(JavaText out, String condition, String line) {
    JavaText text = new JavaText();
    text.line(line);
    flush(out, condition, text);
  }
}
