package org.odradek.protocol.generator;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.odradek.protocol.generator.Schema.Api;
import org.odradek.protocol.generator.Schema.MessageType;

/** Writes {@code ApiMessages}, which finds the messages of an API key. */
final class ApiMessagesClass {

  /** One API with both of its messages. */
  private record Entry(Api api, MessageType request, MessageType response) {}

  private final List<Entry> entries;

  ApiMessagesClass(List<Schema> schemas) {
    this.entries =
        schemas.stream()
            .filter(s -> s.api() != null)
            .map(ApiMessagesClass::entry)
            .sorted(Comparator.comparingInt(e -> e.api().key()))
            .toList();
  }

  private static Entry entry(Schema schema) {
    if (schema.api() == null || schema.messages().size() != 2) {
      throw new SchemaException(schema.fileName() + " must have one request and one response");
    }
    MessageType request = schema.messages().get(0);
    MessageType response = schema.messages().get(1);
    if (!request.versions().equals(response.versions())
        || !request.flexible().equals(response.flexible())) {
      throw new SchemaException(
          schema.fileName() + ": request and response differ in versions or flexible versions");
    }
    return new Entry(schema.api(), request, response);
  }

  String source() {
    JavaText out = new JavaText();
    out.line("// Written from the schemas by protocol-generator, do not edit.");
    out.line("package " + MessageClass.PACKAGE + ";");
    out.blank();
    out.line("import org.odradek.protocol.ApiKey;");
    out.line("import org.odradek.protocol.Message;");
    out.line("import org.odradek.protocol.MessageReader;");
    out.blank();
    out.line("/** The messages of each API key: versions, headers, and how to read them. */");
    out.line("public final class ApiMessages {");
    out.line("private ApiMessages() {}");
    table(
        out,
        "The lowest version that has a schema; whether it is served is the handler's matter.",
        "short lowestVersion(ApiKey key)",
        e -> e.request().name() + ".LOWEST_VERSION");
    table(
        out,
        "The highest version that has a schema.",
        "short highestVersion(ApiKey key)",
        e -> e.request().name() + ".HIGHEST_VERSION");
    table(
        out,
        "The first version with tagged fields, {@link Short#MAX_VALUE} when none has.",
        "short firstFlexibleVersion(ApiKey key)",
        e -> e.request().name() + ".FIRST_FLEXIBLE_VERSION");
    headers(out);
    table(
        out,
        "Reads the body of a request.",
        "Message readRequest(ApiKey key, MessageReader in, short version)",
        e -> e.request().name() + ".read(in, version)");
    table(
        out,
        "Reads the body of a response.",
        "Message readResponse(ApiKey key, MessageReader in, short version)",
        e -> e.response().name() + ".read(in, version)");
    out.line("}");
    return out.toString();
  }

  private void table(JavaText out, String doc, String signature, Function<Entry, String> value) {
    out.blank();
    out.line("/** " + doc + " */");
    out.line("public static " + signature + " {");
    out.line("return switch (key) {");
    for (Entry entry : entries) {
      out.line("case " + entry.api().constant() + " -> " + value.apply(entry) + ";");
    }
    out.line("};");
    out.line("}");
  }

  private static void headers(JavaText out) {
    out.blank();
    out.line("/**");
    out.line(
        " * The version of the request's header: 2 for flexible versions, 1 for others, and 0");
    out.line(" * for the oldest ControlledShutdown, which had no client id.");
    out.line(" */");
    out.line("public static short requestHeaderVersion(ApiKey key, short version) {");
    out.line("if (key == ApiKey.CONTROLLED_SHUTDOWN && version == 0) {");
    out.line("return 0;");
    out.line("}");
    out.line("return (short) (version >= firstFlexibleVersion(key) ? 2 : 1);");
    out.line("}");
    out.blank();
    out.line("/**");
    out.line(" * The version of the response's header: 1 for flexible versions, 0 for others, and");
    out.line(
        " * always 0 for ApiVersions, which a client reads before it knows the broker's versions.");
    out.line(" */");
    out.line("public static short responseHeaderVersion(ApiKey key, short version) {");
    out.line("if (key == ApiKey.API_VERSIONS) {");
    out.line("return 0;");
    out.line("}");
    out.line("return (short) (version >= firstFlexibleVersion(key) ? 1 : 0);");
    out.line("}");
  }
}
