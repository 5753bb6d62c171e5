package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;

/** The documentation points to files, and files move. */
class DocumentationTest {
  private static final Pattern CODE = Pattern.compile("`[^`]*`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    var broken = new ArrayList<String>();
    int links = 0;
    for (Path document : documents()) {
      var matcher = LINK.matcher(CODE.matcher(Files.readString(document)).replaceAll(""));
      while (matcher.find()) {
        links++;
        if (!Files.exists(document.resolveSibling(matcher.group(1)))) {
          broken.add(Checkout.root().relativize(document) + ": " + matcher.group(1));
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(links > 20, "links found: " + links);
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.walk(Checkout.root().resolve("docs"))) {
      return Stream.concat(
              docs.filter(path -> path.toString().endsWith(".md")),
              Stream.of(Checkout.root().resolve("README.md")))
          .toList();
    }
  }
}
