package org.odradek.protocol.generator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.generator.Schema.Api;
import org.odradek.protocol.generator.Schema.Field;
import org.odradek.protocol.generator.Schema.FieldType;
import org.odradek.protocol.generator.Schema.FieldType.ArrayOf;
import org.odradek.protocol.generator.Schema.FieldType.Scalar;
import org.odradek.protocol.generator.Schema.FieldType.StructRef;
import org.odradek.protocol.generator.Schema.MessageType;
import org.odradek.protocol.generator.Schema.Struct;

/** Parses the text of one schema file; the format is described in the package's documentation. */
final class SchemaParser {
  private static final Pattern MESSAGE =
      Pattern.compile("(request|response|(?:header|data) (\\w+)) versions (\\S+) flexible (\\S+)");
  private static final Pattern FIELD =
      Pattern.compile("([a-z]\\w*): (\\[?\\w+]?)(\\?(\\S+)?)? (\\S+)(?: (.+))?");

  private final String fileName;
  private final Deque<Line> lines = new ArrayDeque<>();
  private @Nullable Api api;

  // of the message being parsed
  private VersionRange messageVersions = VersionRange.NONE;
  private VersionRange flexible = VersionRange.NONE;
  private Map<String, Struct> structs = new LinkedHashMap<>();

  /** A line that is neither empty nor a comment, its spaces reduced to one. */
  private record Line(int number, int indent, String text) {}

  private SchemaParser(String fileName, String text) {
    this.fileName = fileName;
    int number = 0;
    for (String raw : text.lines().toList()) {
      number++;
      String stripped = raw.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        int indent = raw.length() - raw.stripLeading().length();
        lines.add(new Line(number, indent, stripped.replaceAll("\\s+", " ")));
      }
    }
  }

  /**
   * @throws SchemaException naming file and line
   */
  static Schema parse(String fileName, String text) {
    SchemaParser parser = new SchemaParser(fileName, text);
    Line at = parser.lines.peek();
    try {
      List<MessageType> messages = new ArrayList<>();
      if (at != null && at.text.startsWith("api ")) {
        parser.lines.remove();
        parser.parseApi(at);
      }
      while ((at = parser.lines.poll()) != null) {
        messages.add(parser.parseMessage(at));
      }
      return new Schema(fileName, parser.api, messages);
    } catch (SchemaException e) {
      Line next = parser.lines.peek();
      throw new SchemaException(
          fileName
              + (next == null ? ", at the end" : ", before line " + next.number)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private void parseApi(Line line) {
    String[] words = line.text.split(" ");
    if (words.length != 3) {
      throw new SchemaException("expected 'api Name key', found '" + line.text + "'");
    }
    api = new Api(words[1], Integer.parseInt(words[2]));
    if (!fileName.equals(words[1] + ".schema")) {
      throw new SchemaException("the file of " + words[1] + " must be " + words[1] + ".schema");
    }
  }

  private MessageType parseMessage(Line line) {
    Matcher m = MESSAGE.matcher(line.text);
    if (!m.matches() || line.indent != 0) {
      throw new SchemaException(
          "expected 'request versions 0-4 flexible 4+' or the like, found '" + line.text + "'");
    }
    String name = m.group(2);
    if (name == null) {
      if (api == null) {
        throw new SchemaException("'" + m.group(1) + "' needs 'api Name key' before it");
      }
      name = api.name() + (m.group(1).equals("request") ? "Request" : "Response");
    }
    messageVersions = VersionRange.parse(m.group(3));
    flexible = VersionRange.parse(m.group(4)).intersect(messageVersions);
    structs = new LinkedHashMap<>();
    List<Field> fields = parseFields(2, messageVersions);
    Line next;
    while ((next = lines.peek()) != null && next.indent == 2 && next.text.startsWith("struct ")) {
      lines.remove();
      String structName = next.text.substring("struct ".length());
      addStruct(new Struct(structName, messageVersions, parseFields(4, messageVersions)));
    }
    Struct root = new Struct(name, messageVersions, fields);
    MessageType message = new MessageType(name, messageVersions, flexible, root, structs);
    new SchemaCheck(message).check();
    return message;
  }

  private void addStruct(Struct struct) {
    if (structs.put(struct.name(), struct) != null) {
      throw new SchemaException("struct " + struct.name() + " is defined twice");
    }
  }

  private List<Field> parseFields(int indent, VersionRange within) {
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Line line;
    while ((line = lines.peek()) != null
        && line.indent >= indent
        && !line.text.startsWith("struct ")) {
      lines.remove();
      if (line.indent != indent) {
        throw new SchemaException(
            "line " + line.number + " is indented by " + line.indent + ", expected " + indent);
      }
      Field field = parseField(line, within);
      if (!names.add(field.name())) {
        throw new SchemaException("field " + field.name() + " is defined twice");
      }
      fields.add(field);
    }
    return List.copyOf(fields);
  }

  private Field parseField(Line line, VersionRange within) {
    Matcher m = FIELD.matcher(line.text);
    if (!m.matches()) {
      throw new SchemaException("expected 'name: type versions …', found '" + line.text + "'");
    }
    VersionRange versions = VersionRange.parse(m.group(5)).intersect(within);
    VersionRange nullable =
        m.group(3) == null
            ? VersionRange.NONE
            : m.group(4) == null ? versions : VersionRange.parse(m.group(4)).intersect(versions);
    int tag = -1;
    boolean alwaysPlain = false;
    boolean ignorable = false;
    boolean secret = false;
    String defaultText = null;
    List<String> words = m.group(6) == null ? List.of() : Arrays.asList(m.group(6).split(" "));
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "=" -> defaultText = words.get(++i);
        case "tag" -> tag = Integer.parseInt(words.get(++i));
        case "flexible" -> {
          alwaysPlain = true;
          i++;
        }
        case "ignorable" -> ignorable = true;
        case "secret" -> secret = true;
        default -> throw new SchemaException("'" + words.get(i) + "' means nothing here");
      }
    }
    FieldType type = parseType(m.group(2));
    Line next = lines.peek();
    if (next != null && next.indent > line.indent && !next.text.startsWith("struct ")) {
      FieldType inner = type instanceof ArrayOf array ? array.element() : type;
      if (!(inner instanceof StructRef ref)) {
        throw new SchemaException(m.group(1) + " is not a struct and cannot have fields");
      }
      addStruct(new Struct(ref.name(), versions, parseFields(next.indent, versions)));
    }
    return new Field(
        m.group(1), type, versions, nullable, tag, alwaysPlain, ignorable, secret, defaultText);
  }

  private static FieldType parseType(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      return new ArrayOf(parseType(text.substring(1, text.length() - 1)));
    }
    for (Scalar scalar : Scalar.values()) {
      if (scalar.schemaName.equals(text)) {
        return scalar;
      }
    }
    if (Character.isUpperCase(text.charAt(0))) {
      return new StructRef(text);
    }
    throw new SchemaException("there is no type '" + text + "'");
  }
}
