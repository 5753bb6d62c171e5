package org.odradek.protocol.generator;

import org.odradek.protocol.generator.Schema.FieldType.ArrayOf;
import org.odradek.protocol.generator.Schema.FieldType.Scalar;
import org.odradek.protocol.generator.Schema.FieldType.StructRef;
import org.odradek.protocol.generator.Schema.MessageType;
import org.odradek.protocol.generator.Schema.Struct;

/** Writes the method that adds up the records in a struct. */
final class RecordsSize {
  private final MessageType message;
  private final Struct struct;

  RecordsSize(MessageType message, Struct struct) {
    this.message = message;
    this.struct = struct;
  }

  void write(JavaText out) {
    out.blank();
    if (struct == message.root()) {
      out.line("@Override");
    }
    out.line("public int recordsSizeInBytes(short version) {");
    out.line("int size = 0;");
    for (Schema.Field field : struct.fields()) {
      String name = "this." + field.name();
      StructRef ref = MessageClass.innerStruct(field);
      if (field.type() == Scalar.RECORDS) {
        String present = new FieldCode(message, struct, field).present();
        out.line("if (" + (present.equals("true") ? "" : present + " && ") + name + " != null) {");
        out.line("size += " + name + ".sizeInBytes();");
        out.line("}");
      } else if (ref != null && MessageClass.hasRecords(message, message.struct(ref.name()))) {
        if (!(field.type() instanceof ArrayOf) || field.isNullable()) {
          throw new SchemaException("records below a struct or nullable array: " + field.name());
        }
        out.line("for (" + ref.name() + " element : " + name + ") {");
        out.line("size += element.recordsSizeInBytes(version);");
        out.line("}");
      }
    }
    out.line("return size;");
    out.line("}");
  }
}
