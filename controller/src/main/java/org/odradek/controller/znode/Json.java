package org.odradek.controller.znode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON to and from maps and lists. The streaming parser alone, as data binding costs a tenth of a
 * second of start-up.
 */
final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int QUOTED_MAX = 200;

  private Json() {}

  /** The object in {@code data}; {@code what} names it in errors. */
  static JsonObject parse(String what, byte @Nullable [] data) {
    if (data == null || data.length == 0) {
      throw new ZnodeFormatException(what + " is empty, expected a JSON object");
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), data)) {
      parser.nextToken();
      Object value = readValue(parser);
      if (parser.nextToken() != null) {
        throw malformed(what, data, "there is more after the value", null);
      }
      if (value instanceof Map<?, ?>) {
        return JsonObject.of(what, value);
      }
    } catch (JacksonException | ZnodeFormatException e) {
      throw malformed(what, data, String.valueOf(e.getMessage()), e);
    }
    throw malformed(what, data, "it is not a JSON object", null);
  }

  private static ZnodeFormatException malformed(
      String what, byte[] data, String why, @Nullable Exception cause) {
    String text = new String(data, StandardCharsets.UTF_8);
    String quoted = text.length() <= QUOTED_MAX ? text : text.substring(0, QUOTED_MAX) + "...";
    String message = "%s is malformed: %s; it holds '%s'".formatted(what, why, quoted);
    return cause == null
        ? new ZnodeFormatException(message)
        : new ZnodeFormatException(message, cause);
  }

  private static @Nullable Object readValue(JsonParser parser) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new ZnodeFormatException("it ends too early");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, readValue(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<@Nullable Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(readValue(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> throw new ZnodeFormatException("unexpected " + token);
    };
  }

  /** Writes maps, lists, strings, numbers, booleans and nulls, in the order of the map. */
  static byte[] write(Map<String, ? extends @Nullable Object> object) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(128);
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      writeValue(generator, object);
    }
    return out.toByteArray();
  }

  private static void writeValue(JsonGenerator generator, @Nullable Object value) {
    switch (value) {
      case null -> generator.writeNull();
      case Map<?, ?> object -> {
        generator.writeStartObject();
        object.forEach((name, element) -> {
          generator.writeName(String.valueOf(name));
          writeValue(generator, element);
        });
        generator.writeEndObject();
      }
      case List<?> array -> {
        generator.writeStartArray();
        array.forEach(element -> writeValue(generator, element));
        generator.writeEndArray();
      }
      case String text -> generator.writeString(text);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Boolean truth -> generator.writeBoolean(truth);
      default -> throw new IllegalArgumentException("not a JSON value: " + value.getClass());
    }
  }
}
