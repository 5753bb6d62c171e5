package org.odradek.protocol.generator;

import org.odradek.protocol.generator.Schema.Field;
import org.odradek.protocol.generator.Schema.FieldType;
import org.odradek.protocol.generator.Schema.FieldType.ArrayOf;
import org.odradek.protocol.generator.Schema.FieldType.Scalar;
import org.odradek.protocol.generator.Schema.FieldType.StructRef;
import org.odradek.protocol.generator.Schema.MessageType;
import org.odradek.protocol.generator.Schema.Struct;

/** The Java expressions and statements for one field of a struct. */
final class FieldCode {
  private final MessageType message;
  private final Field field;

  /** Versions in which the struct occurs: what need not be asked at run time. */
  private final VersionRange within;

  /** What exceptions call the field. */
  private final String label;

  FieldCode(MessageType message, Struct struct, Field field) {
    this.message = message;
    this.field = field;
    this.within = struct.versions();
    this.label =
        struct == message.root()
            ? message.name() + "." + field.name()
            : message.name() + "." + struct.name() + "." + field.name();
  }

  Field field() {
    return field;
  }

  String label() {
    return label;
  }

  /** Whether the version has the field. */
  String present() {
    return field.versions().condition(within);
  }

  String absent() {
    return field.versions().negatedCondition(within);
  }

  /** Structs are made when first asked for: most responses never touch most of them. */
  boolean isLazy() {
    return field.type() instanceof StructRef && !field.isNullable();
  }

  /** Whether the accessor may return null. */
  boolean isNullable() {
    return field.isNullable() || field.type() == Scalar.RECORDS;
  }

  String javaType() {
    return javaType(field.type());
  }

  private static String javaType(FieldType type) {
    return switch (type) {
      case Scalar scalar -> scalar.javaType;
      case StructRef ref -> ref.name();
      case ArrayOf(Scalar scalar) -> "List<" + scalar.boxedType + ">";
      case ArrayOf(FieldType element) -> "List<" + javaType(element) + ">";
    };
  }

  boolean isPrimitive() {
    return field.type() instanceof Scalar scalar && scalar.isPrimitive();
  }

  /** The initial value as a Java expression. */
  String initial() {
    String text = field.defaultText();
    if (field.isNullByDefault() || field.type() == Scalar.RECORDS) {
      return "null";
    }
    return switch (field.type()) {
      case Scalar scalar ->
          switch (scalar) {
            case BOOL -> text == null ? "false" : text;
            case INT8 -> "(byte) " + number("0");
            case INT16 -> "(short) " + number("0");
            case UINT16, INT32 -> number("0");
            case UINT32, INT64 -> number("0") + "L";
            case FLOAT64 -> number("0.0");
            case UUID -> "Uuid.ZERO";
            case STRING -> text == null ? "\"\"" : text;
            case BYTES, RECORDS -> "MessageReader.EMPTY_BYTES";
          };
      case StructRef ref -> "new " + ref.name() + "()";
      case ArrayOf array -> "new ArrayList<>()";
    };
  }

  private String number(String zero) {
    String text = field.defaultText();
    return text == null ? zero : text;
  }

  /** A condition that holds when the field has its default. */
  String isDefault() {
    String name = "this." + field.name();
    if (field.isNullByDefault() || field.type() == Scalar.RECORDS) {
      return name + " == null";
    }
    String notNull = field.isNullable() ? name + " != null && " : "";
    return switch (field.type()) {
      case Scalar scalar ->
          switch (scalar) {
            case BOOL -> initial().equals("true") ? name : "!" + name;
            case INT8, INT16, UINT16, INT32 -> name + " == " + number("0");
            case UINT32, INT64 -> name + " == " + initial();
            case FLOAT64 -> "Double.compare(" + name + ", " + initial() + ") == 0";
            case UUID -> name + ".equals(Uuid.ZERO)";
            case STRING ->
                initial().equals("\"\"")
                    ? notNull + name + ".isEmpty()"
                    : initial() + ".equals(" + name + ")";
            case BYTES, RECORDS -> notNull + "!" + name + ".hasRemaining()";
          };
      case StructRef ref ->
          (field.isNullable() ? notNull : name + " == null || ")
              + name
              + ".equals(new "
              + ref.name()
              + "())";
      case ArrayOf array -> notNull + name + ".isEmpty()";
    };
  }

  /** The opposite of {@link #isDefault}, as one operand. */
  String isNotDefault() {
    String isDefault = isDefault();
    if (isDefault.equals("this." + field.name() + " == null")) {
      return "this." + field.name() + " != null";
    }
    if (isDefault.startsWith("!this.") && !isDefault.contains(" ")) {
      return isDefault.substring(1);
    }
    if (isDefault.matches("this\\.\\w+ == \\S+")) {
      return isDefault.replace(" == ", " != ");
    }
    return isDefault.contains(" ") ? "!(" + isDefault + ")" : "!" + isDefault;
  }

  /** {@code true}, {@code false} or the local variable that tells. */
  String compact() {
    if (field.isTagged()) {
      return "true";
    }
    VersionRange versions = field.versions();
    if (field.alwaysPlain() || message.flexible().intersect(versions).isEmpty()) {
      return "false";
    }
    return message.flexible().contains(versions) ? "true" : "compact";
  }

  /** Bytes of the value on the wire, -1 when they vary. */
  int fixedSize() {
    return field.type() instanceof Scalar scalar ? scalar.size : -1;
  }

  /** Statements that read the value into {@code target}. */
  void read(JavaText out, String target) {
    switch (field.type()) {
      case Scalar scalar -> out.line(target + " = " + readScalar(scalar) + ";");
      case StructRef ref -> {
        String read = ref.name() + ".read(in, version)";
        if (field.isNullable()) {
          read = "in.readByte() < 0 ? null : " + read;
        }
        out.line(target + " = " + read + ";");
      }
      case ArrayOf array -> readArray(out, target, array.element());
    }
  }

  private String readScalar(Scalar scalar) {
    if (scalar.size > 0) {
      return "in.read" + scalar.method + "()";
    }
    String arguments = "(\"" + label + "\", " + compact() + ")";
    return choose(
        "in.readNullable" + scalar.method + arguments, "in.read" + scalar.method + arguments);
  }

  /** The one or the other by whether the version allows null. */
  private String choose(String ifNullable, String ifNot) {
    String condition = field.nullable().condition(field.versions());
    return switch (condition) {
      case "true" -> ifNullable;
      case "false" -> ifNot;
      default -> condition + " ? " + ifNullable + " : " + ifNot;
    };
  }

  private void readArray(JavaText out, String target, FieldType element) {
    int sizeMin = Math.max(1, new SizeMin(message).of(element, field));
    String arguments = "(\"" + label + "\", " + compact() + ", " + sizeMin + ")";
    String length = field.name() + "Length";
    out.line(
        "int "
            + length
            + " = "
            + choose("in.readNullableArrayLength" + arguments, "in.readArrayLength" + arguments)
            + ";");
    String list = field.name() + "List";
    if (field.isNullable()) {
      out.line("if (" + length + " < 0) {");
      out.line(target + " = null;");
      out.line("} else {");
    }
    out.line(javaType() + " " + list + " = new ArrayList<>(" + length + ");");
    out.line("for (int i = 0; i < " + length + "; i++) {");
    String read =
        switch (element) {
          case StructRef ref -> ref.name() + ".read(in, version)";
          case Scalar scalar when scalar.size > 0 -> "in.read" + scalar.method + "()";
          case Scalar scalar ->
              "in.read" + scalar.method + "(\"" + label + "\", " + compact() + ")";
          case ArrayOf nested -> throw new SchemaException("array of arrays: " + label);
        };
    out.line(list + ".add(" + read + ");");
    out.line("}");
    out.line(target + " = " + list + ";");
    if (field.isNullable()) {
      out.line("}");
    }
  }

  /** Statements that write the value. */
  void write(JavaText out) {
    String name = "this." + field.name();
    String notNullable = field.nullable().negatedCondition(field.versions());
    if (isNullable() && !notNullable.equals("false")) {
      String condition =
          notNullable.equals("true")
              ? name + " == null"
              : name
                  + " == null && "
                  + (notNullable.contains("||") ? "(" + notNullable + ")" : notNullable);
      out.line("if (" + condition + ") {");
      out.line("throw ProtocolException.nullNotAllowed(\"" + label + "\", version);");
      out.line("}");
    }
    switch (field.type()) {
      case Scalar scalar when scalar.size > 0 ->
          out.line("out.write" + scalar.method + "(" + name + ");");
      case Scalar scalar ->
          out.line("out.write" + scalar.method + "(" + name + ", " + compact() + ");");
      case StructRef ref -> writeStruct(out, name);
      case ArrayOf array -> writeArray(out, name, array.element());
    }
  }

  private void writeStruct(JavaText out, String name) {
    if (!field.isNullable()) {
      out.line(field.name() + "().write(out, version);");
      return;
    }
    out.line("if (" + name + " == null) {");
    out.line("out.writeByte((byte) -1);");
    out.line("} else {");
    out.line("out.writeByte((byte) 1);");
    out.line(name + ".write(out, version);");
    out.line("}");
  }

  private void writeArray(JavaText out, String name, FieldType element) {
    if (field.isNullable()) {
      out.line("if (" + name + " == null) {");
      out.line("out.writeArrayLength(-1, " + compact() + ");");
      out.line("} else {");
    }
    out.line("out.writeArrayLength(" + name + ".size(), " + compact() + ");");
    out.line("for (" + javaType(element) + " element : " + name + ") {");
    out.line(
        switch (element) {
          case StructRef ref -> "element.write(out, version);";
          case Scalar scalar when scalar.size > 0 -> "out.write" + scalar.method + "(element);";
          case Scalar scalar -> "out.write" + scalar.method + "(element, " + compact() + ");";
          case ArrayOf nested -> throw new SchemaException("array of arrays: " + label);
        });
    out.line("}");
    if (field.isNullable()) {
      out.line("}");
    }
  }

  /** An expression for the size of a value that is not of fixed size. */
  String size() {
    String name = "this." + field.name();
    return switch (field.type()) {
      case Scalar scalar when scalar.size > 0 -> "" + scalar.size;
      case Scalar scalar -> "WireSize.of" + scalar.method + "(" + name + ", " + compact() + ")";
      case StructRef ref ->
          field.isNullable()
              ? "1 + (" + name + " == null ? 0 : " + name + ".sizeInBytes(version))"
              : field.name() + "().sizeInBytes(version)";
      case ArrayOf array -> sizeMethod() + "(version)";
    };
  }

  String sizeMethod() {
    return "sizeOf" + capitalized();
  }

  String capitalized() {
    return Character.toUpperCase(field.name().charAt(0)) + field.name().substring(1);
  }

  /** The method {@link #sizeMethod} of an array field. */
  void arraySizeMethod(JavaText out, FieldType element) {
    String name = "this." + field.name();
    out.line("private int " + sizeMethod() + "(short version) {");
    JavaText body = new JavaText();
    if (field.isNullable()) {
      body.line("if (" + name + " == null) {");
      body.line("return WireSize.ofArrayLength(-1, " + compact() + ");");
      body.line("}");
    }
    String length = "WireSize.ofArrayLength(" + name + ".size(), " + compact() + ")";
    if (element instanceof Scalar scalar && scalar.size > 0) {
      body.line("return " + length + " + " + scalar.size + " * " + name + ".size();");
    } else {
      body.line("int size = " + length + ";");
      body.line("for (" + javaType(element) + " element : " + name + ") {");
      body.line(
          element instanceof Scalar scalar
              ? "size += WireSize.of" + scalar.method + "(element, " + compact() + ");"
              : "size += element.sizeInBytes(version);");
      body.line("}");
      body.line("return size;");
    }
    MessageClass.declareCompact(out, message, within, body);
    out.lines(body);
    out.line("}");
  }
}
