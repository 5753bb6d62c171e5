package org.odradek.protocol.generator;

import java.util.List;
import java.util.stream.Collectors;
import org.odradek.protocol.generator.Schema.FieldType.Scalar;
import org.odradek.protocol.generator.Schema.Struct;

/** Writes equals, hashCode and toString. */
final class ObjectMethods {
  private final Struct struct;
  private final List<FieldCode> fields;
  private final boolean hasTagged;

  ObjectMethods(Struct struct, List<FieldCode> fields, boolean hasTagged) {
    this.struct = struct;
    this.fields = fields;
    this.hasTagged = hasTagged;
  }

  void write(JavaText out) {
    equalsMethod(out);
    hashCodeMethod(out);
    toStringMethod(out);
  }

  private void equalsMethod(JavaText out) {
    out.blank();
    out.line("@Override");
    out.line("public boolean equals(@Nullable Object other) {");
    if (fields.isEmpty() && !hasTagged) {
      out.line("return other instanceof " + struct.name() + ";");
      out.line("}");
      return;
    }
    out.line("if (this == other) {");
    out.line("return true;");
    out.line("}");
    out.line("if (!(other instanceof " + struct.name() + " that)) {");
    out.line("return false;");
    out.line("}");
    String all = fields.stream().map(ObjectMethods::same).collect(Collectors.joining(" && "));
    if (hasTagged) {
      all += (all.isEmpty() ? "" : " && ") + "unknownTaggedFields.equals(that.unknownTaggedFields)";
    }
    String[] conditions = all.split(" && ");
    for (int i = 0; i < conditions.length; i++) {
      out.line(
          (i == 0 ? "return " : "    && ")
              + conditions[i]
              + (i == conditions.length - 1 ? ";" : ""));
    }
    out.line("}");
  }

  private static String same(FieldCode code) {
    String name = code.field().name();
    if (code.isPrimitive()) {
      return code.field().type() == Scalar.FLOAT64
          ? "Double.compare(this." + name + ", that." + name + ") == 0"
          : "this." + name + " == that." + name;
    }
    return code.isNullable()
        ? "Objects.equals(this." + name + ", that." + name + ")"
        : name + "().equals(that." + name + "())";
  }

  private void hashCodeMethod(JavaText out) {
    out.blank();
    out.line("@Override");
    out.line("public int hashCode() {");
    out.line("int hash = 0;");
    for (FieldCode code : fields) {
      String name = code.field().name();
      String value;
      if (code.field().type() instanceof Scalar scalar && scalar.isPrimitive()) {
        value = scalar.boxedType + ".hashCode(this." + name + ")";
      } else if (code.isNullable()) {
        value = "Objects.hashCode(this." + name + ")";
      } else {
        value = name + "().hashCode()";
      }
      out.line("hash = 31 * hash + " + value + ";");
    }
    if (hasTagged) {
      out.line("hash = 31 * hash + this.unknownTaggedFields.hashCode();");
    }
    out.line("return hash;");
    out.line("}");
  }

  private void toStringMethod(JavaText out) {
    out.blank();
    out.line("@Override");
    out.line("public String toString() {");
    if (fields.isEmpty()) {
      out.line("return \"" + struct.name() + "()\";");
      out.line("}");
      return;
    }
    String opening = struct.name() + "(";
    for (int i = 0; i < fields.size(); i++) {
      out.line(
          (i == 0 ? "return \"" + opening : "    + \", ") + fields.get(i).field().name() + "=\"");
      out.line("    + " + shown(fields.get(i)));
    }
    out.line("    + \")\";");
    out.line("}");
  }

  private static String shown(FieldCode code) {
    String name = "this." + code.field().name();
    if (code.field().secret()) {
      return "\"(hidden)\"";
    }
    if (code.field().type() == Scalar.BYTES) {
      return code.isNullable()
          ? "(" + name + " == null ? \"null\" : " + name + ".remaining() + \" bytes\")"
          : name + ".remaining() + \" bytes\"";
    }
    if (code.field().type() == Scalar.RECORDS) {
      return "(" + name + " == null ? \"null\" : " + name + ".sizeInBytes() + \" bytes\")";
    }
    return code.isLazy() && !code.isNullable() ? code.field().name() + "()" : name;
  }
}
