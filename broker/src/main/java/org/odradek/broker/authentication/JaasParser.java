package org.odradek.broker.authentication;

import java.io.IOException;
import java.io.StreamTokenizer;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads login modules in the form of JAAS files, without loading the classes they name.
 *
 * <pre>
 *   Section {                                  // a file has any number of these
 *     some.LoginModule required                // required, requisite, sufficient or optional
 *       option="quoted, with \" and \\"
 *       another=plain;
 *   };
 * </pre>
 *
 * <p>Comments are those of Java. In files <code>${name}</code> stands for a system property, as it
 * does for the JDK; a value of {@code sasl.jaas.config} is taken as it is, as Kafka does.
 */
final class JaasParser {
  private static final Set<String> FLAGS =
      Set.of("required", "requisite", "sufficient", "optional");

  private final String origin;
  private final boolean expands;
  private final StreamTokenizer tokens;

  private JaasParser(String origin, String text, boolean expands) {
    this.origin = origin;
    this.expands = expands;
    StreamTokenizer made = new StreamTokenizer(new StringReader(text));
    made.resetSyntax();
    made.wordChars('0', '9');
    made.wordChars('a', 'z');
    made.wordChars('A', 'Z');
    made.wordChars(128 + 32, 255);
    for (char c : new char[] {'_', '-', '*', '.', '$', '+', '@', '%', '&', '~', '!'}) {
      made.wordChars(c, c);
    }
    made.whitespaceChars(0, ' ');
    made.quoteChar('"');
    made.slashSlashComments(true);
    made.slashStarComments(true);
    this.tokens = made;
  }

  /**
   * Reads a whole file.
   *
   * @param origin says in messages what is read
   * @return the modules of each section, in their order
   * @throws JaasException naming the line that cannot be understood
   */
  static Map<String, List<JaasEntry>> parseFile(String origin, String text) {
    return new JaasParser(origin, text, true).sections();
  }

  /** Reads the modules that a value of {@code sasl.jaas.config} holds. */
  static List<JaasEntry> parseEntries(String origin, String text) {
    JaasParser parser = new JaasParser(origin, text, false);
    List<JaasEntry> entries = new ArrayList<>();
    while (parser.next() != StreamTokenizer.TT_EOF) {
      entries.add(parser.entry());
    }
    if (entries.isEmpty()) {
      throw new JaasException(origin + " names no login module");
    }
    return entries;
  }

  private Map<String, List<JaasEntry>> sections() {
    Map<String, List<JaasEntry>> sections = new LinkedHashMap<>();
    while (next() != StreamTokenizer.TT_EOF) {
      String name = word("the name of a section");
      expect('{');
      List<JaasEntry> entries = new ArrayList<>();
      while (next() != '}') {
        entries.add(entry());
      }
      expect(';');
      if (sections.put(name, List.copyOf(entries)) != null) {
        throw failure("the section " + name + " is there twice");
      }
    }
    return sections;
  }

  /** From the current token, the module's class, to its semicolon. */
  private JaasEntry entry() {
    String moduleClass = word("the class of a login module");
    next();
    String flag = word("required, requisite, sufficient or optional");
    if (!FLAGS.contains(flag.toLowerCase(Locale.ROOT))) {
      throw failure(
          "after the login module "
              + moduleClass
              + " comes required, requisite, sufficient or"
              + " optional");
    }
    Map<String, String> options = new LinkedHashMap<>();
    while (next() != ';') {
      String key = word("an option of " + moduleClass + ", or a semicolon");
      expect('=');
      next();
      options.put(key, expanded(word("the value of the option " + key)));
    }
    return new JaasEntry(moduleClass, options);
  }

  private String expanded(String value) {
    if (!expands) {
      return value;
    }
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (int open = value.indexOf("${"); open >= 0; open = value.indexOf("${", at)) {
      int end = value.indexOf('}', open);
      if (end < 0) {
        break;
      }
      String name = value.substring(open + 2, end);
      String property = name.equals("/") ? "/" : System.getProperty(name);
      if (property == null) {
        throw failure("there is no system property " + name);
      }
      out.append(value, at, open).append(property);
      at = end + 1;
    }
    return out.append(value, at, value.length()).toString();
  }

  private int next() {
    try {
      return tokens.nextToken();
    } catch (IOException e) {
      throw new JaasException(origin + " cannot be read: " + e.getMessage(), e);
    }
  }

  private void expect(char wanted) {
    if (next() != wanted) {
      throw failure("'" + wanted + "' is missing");
    }
  }

  /** The current token, which must be a word or a quoted text. */
  private String word(String what) {
    if ((tokens.ttype == StreamTokenizer.TT_WORD || tokens.ttype == '"') && tokens.sval != null) {
      return tokens.sval;
    }
    throw failure(
        tokens.ttype == StreamTokenizer.TT_EOF
            ? "it ends where there should be " + what
            : "there should be " + what);
  }

  private JaasException failure(String what) {
    return new JaasException(origin + ", line " + tokens.lineno() + ": " + what);
  }
}
