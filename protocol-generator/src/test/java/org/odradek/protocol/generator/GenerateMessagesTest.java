package org.odradek.protocol.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written for {@code Sample.schema} must be what {@code src/test/resources/golden} holds.
 * After a change that is meant, look at the difference and copy the new files over the old: the
 * failing test says where they are.
 */
class GenerateMessagesTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");
  private static final Path OUTPUT = Path.of("target", "golden");
  private static final String PACKAGE_PATH = "org/odradek/protocol/message";

  @TempDir private Path directory;

  @Test
  void writesTheGoldenFiles() throws IOException {
    GenerateMessages.generate(GOLDEN, OUTPUT);
    for (String name : new String[] {"SampleRequest", "SampleResponse", "ApiMessages"}) {
      Path written = OUTPUT.resolve(PACKAGE_PATH).resolve(name + ".java");
      assertEquals(
          Files.readString(GOLDEN.resolve(name + ".java.txt")),
          Files.readString(written),
          written.toAbsolutePath() + " is not as in " + GOLDEN.toAbsolutePath());
    }
  }

  @Test
  void leavesUnchangedFilesAloneAndDeletesStaleOnes() throws IOException {
    GenerateMessages.generate(GOLDEN, directory);
    Path unchanged = directory.resolve(PACKAGE_PATH).resolve("SampleRequest.java");
    Path changed = directory.resolve(PACKAGE_PATH).resolve("SampleResponse.java");
    Path stale = directory.resolve(PACKAGE_PATH).resolve("GoneRequest.java");
    FileTime longAgo = FileTime.fromMillis(1_000_000);
    Files.setLastModifiedTime(unchanged, longAgo);
    Files.writeString(changed, "something else");
    Files.writeString(stale, "// no schema any more");

    GenerateMessages.generate(GOLDEN, directory);

    assertEquals(longAgo, Files.getLastModifiedTime(unchanged));
    assertTrue(Files.readString(changed).contains("class SampleResponse"));
    assertFalse(Files.exists(stale));
  }

  @Test
  void saysWhereASchemaIsWrong() {
    assertFails("api A 1\nrequest  versions 0\n", "expected 'request versions 0-4 flexible 4+'");
    assertFails(request("x: int24 0+"), "there is no type 'int24'");
    assertFails(request("x: int32 0+ = 1 important"), "'important' means nothing here");
    assertFails(request("class: int32 0+"), "'class' is a word of Java");
    assertFails(request("x: int32 3+"), "x is in no version of ARequest");
    assertFails(request("x: int32 0+ tag 0"), "x is tagged in versions that are not flexible");
    assertFails(request("x: int32 1+ tag 1"), "the tags of ARequest do not count from 0");
    assertFails(request("x: Other 0+"), "There is no struct Other in ARequest");
    assertFails(request("x: int32 0+\n  x: int32 0+"), "field x is defined twice");
    assertFails(
        request("x: int32 0+\n    y: int32 0+"), "x is not a struct and cannot have fields");
    assertFails(
        request("x: Loop 0+\n\n  struct Loop\n    y: [Loop] 0+"), "struct Loop contains itself");
    assertFails(request("x: int32 0+\n\n  struct Spare\n    y: int8 0+"), "Spare is not used");
  }

  private static String request(String fields) {
    return "api A 1\nrequest versions 0-2 flexible 1+\n  " + fields + "\n";
  }

  private static void assertFails(String text, String message) {
    SchemaException e =
        assertThrows(SchemaException.class, () -> SchemaParser.parse("A.schema", text));
    String actual = String.valueOf(e.getMessage());
    assertTrue(actual.startsWith("A.schema, "), actual);
    assertTrue(actual.contains(message), actual);
  }
}
