package org.odradek.protocol.generator;

/** Java source being written, indented by two spaces per open brace. */
final class JavaText {
  private final StringBuilder text = new StringBuilder();
  private int depth;

  JavaText line(String line) {
    if (line.startsWith("}")) {
      depth--;
    }
    if (!line.isEmpty()) {
      text.append("  ".repeat(depth)).append(line);
    }
    text.append('\n');
    if (line.endsWith("{")) {
      depth++;
    }
    return this;
  }

  JavaText blank() {
    return line("");
  }

  /** Appends lines written elsewhere, at the current depth. */
  JavaText lines(JavaText other) {
    other
        .text
        .toString()
        .lines()
        .forEach(l -> {
          if (!l.isEmpty()) {
            text.append("  ".repeat(depth)).append(l);
          }
          text.append('\n');
        });
    return this;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
