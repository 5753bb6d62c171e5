package org.odradek.broker.network;

/** What strangers send, as it can be shown in a line of the log: short, and in one line. */
final class LogText {
  private static final int LENGTH_MAX = 64;

  private LogText() {}

  /** In quotes; control characters and the like are replaced, long texts cut. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder("\"");
    int end = Math.min(text.length(), LENGTH_MAX);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      boolean plain = c >= ' ' && c != '"' && c != 0x7f && Character.isDefined(c) && !hides(c);
      shown.append(plain ? c : '?');
    }
    return shown.append(end < text.length() ? "...\"" : "\"").toString();
  }

  /** Characters that change how others look: format and separator characters, lone surrogates. */
  private static boolean hides(char c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE ->
          true;
      default -> false;
    };
  }
}
