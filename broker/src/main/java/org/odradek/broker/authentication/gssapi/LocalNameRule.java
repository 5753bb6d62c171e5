package org.odradek.broker.authentication.gssapi;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * One way to make a user's name of a Kerberos principal.
 *
 * <pre>
 *   RULE:[n:format](match)s/from/to/g/L
 *   RULE:[1:$1@$0](.+@OLD\.EXAMPLE)s/@.+//   all users of that realm, without it
 *   DEFAULT                                  those of the default realm, without it
 * </pre>
 *
 * <p>It is for principals with {@code n} parts before the realm. {@code format} puts them together:
 * {@code $0} is the realm, {@code $1} and {@code $2} are the parts. The result has to match {@code
 * match} as a whole, if that is given; then the first place that {@code from} fits (with {@code g}
 * all) is replaced by {@code to}. {@code /L} and {@code /U} make lower or upper case of it.
 */
sealed interface LocalNameRule {

  /**
   * The name, or null when the rule is not for that principal.
   *
   * @param parts the realm, then what stands before it
   * @throws NoLocalNameException if the rule makes of it what no name can be
   */
  @Nullable String apply(List<String> parts);

  /** Users and services of one realm. */
  record Default(String defaultRealm) implements LocalNameRule {
    @Override
    public @Nullable String apply(List<String> parts) {
      return parts.get(0).equals(defaultRealm) ? parts.get(1) : null;
    }

    @Override
    public String toString() {
      return "DEFAULT";
    }
  }

  /** What the result is made of. */
  enum LetterCase {
    AS_IS,
    LOWER,
    UPPER;

    String of(String name) {
      return switch (this) {
        case AS_IS -> name;
        case LOWER -> name.toLowerCase(Locale.ENGLISH);
        case UPPER -> name.toUpperCase(Locale.ENGLISH);
      };
    }
  }

  /**
   * What is replaced.
   *
   * @param to may refer to groups of {@code from}
   */
  record Replacement(Pattern from, String to, boolean all) {
    String in(String text) {
      Matcher found = from.matcher(text);
      try {
        return all ? found.replaceAll(to) : found.replaceFirst(to);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new NoLocalNameException(
            "'" + to + "' cannot stand in the place of what '" + from + "' fits: " + e);
      }
    }
  }

  /** All others. */
  record Custom(
      String text,
      int partCount,
      String format,
      @Nullable Pattern match,
      @Nullable Replacement replacement,
      LetterCase letterCase)
      implements LocalNameRule {

    @Override
    public @Nullable String apply(List<String> parts) {
      if (parts.size() - 1 != partCount) {
        return null;
      }
      String base = fill(parts);
      if (match != null && !match.matcher(base).matches()) {
        return null;
      }
      String name = replacement == null ? base : replacement.in(base);
      if (name.indexOf('/') >= 0 || name.indexOf('@') >= 0) {
        throw new NoLocalNameException(
            "the rule " + text + " makes '" + name + "' of it, which has a / or @");
      }
      return letterCase.of(name);
    }

    /** Puts parts in the place of {@code $0}, {@code $1} and so on. */
    private String fill(List<String> parts) {
      StringBuilder filled = new StringBuilder();
      int i = 0;
      while (i < format.length()) {
        char next = format.charAt(i++);
        if (next != '$') {
          filled.append(next);
          continue;
        }
        int end = i;
        while (end < format.length() && Character.isDigit(format.charAt(end))) {
          end++;
        }
        filled.append(part(parts, format.substring(i, end)));
        i = end;
      }
      return filled.toString();
    }

    private String part(List<String> parts, String digits) {
      int index;
      try {
        index = Integer.parseInt(digits);
      } catch (NumberFormatException e) {
        index = Integer.MAX_VALUE;
      }
      if (index >= parts.size()) {
        throw new NoLocalNameException(
            "the rule " + text + " asks for '$" + digits + "', and there is no such part");
      }
      return parts.get(index);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException with a message for a person
   */
  static LocalNameRule parse(String text, String defaultRealm) {
    try {
      return new LocalNameRuleParser(text).parse(defaultRealm);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'" + text + "' has a regular expression that cannot be read: " + e.getDescription(), e);
    }
  }
}
