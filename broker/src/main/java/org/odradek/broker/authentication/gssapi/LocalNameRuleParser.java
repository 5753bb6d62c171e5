package org.odradek.broker.authentication.gssapi;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.gssapi.LocalNameRule.LetterCase;
import org.odradek.broker.authentication.gssapi.LocalNameRule.Replacement;

/** Reads one rule, from left to right. Thread-safety: none. */
final class LocalNameRuleParser {
  private static final String DEFAULT = "DEFAULT";
  private static final String BEGIN = "RULE:[";

  private final String text;
  private int at;

  LocalNameRuleParser(String text) {
    this.text = text;
  }

  LocalNameRule parse(String defaultRealm) {
    if (text.equals(DEFAULT)) {
      return new LocalNameRule.Default(defaultRealm);
    }
    if (!take(BEGIN)) {
      throw wrong("it begins neither with " + BEGIN + " nor is it " + DEFAULT);
    }
    int partCount = number(until(':', "the number of parts"));
    String format = until(']', "the format");
    Pattern match = take("(") ? Pattern.compile(until(')', "the condition")) : null;
    Replacement replacement = replacement();
    LetterCase letterCase = letterCase();
    if (at < text.length()) {
      throw wrong("nothing is known to begin with '" + text.substring(at) + "' at its end");
    }
    return new LocalNameRule.Custom(text, partCount, format, match, replacement, letterCase);
  }

  private @Nullable Replacement replacement() {
    if (!take("s/")) {
      return null;
    }
    Pattern from = Pattern.compile(until('/', "what is replaced"));
    String to = until('/', "what it is replaced by");
    return new Replacement(from, to, take("g"));
  }

  private LetterCase letterCase() {
    take("/");
    if (take("L")) {
      return LetterCase.LOWER;
    }
    return take("U") ? LetterCase.UPPER : LetterCase.AS_IS;
  }

  private boolean take(String expected) {
    if (!text.startsWith(expected, at)) {
      return false;
    }
    at += expected.length();
    return true;
  }

  private String until(char end, String what) {
    int found = text.indexOf(end, at);
    if (found < 0) {
      throw wrong("there is no '" + end + "' behind " + what);
    }
    String part = text.substring(at, found);
    at = found + 1;
    return part;
  }

  private int number(String digits) {
    try {
      return Integer.parseUnsignedInt(digits);
    } catch (NumberFormatException e) {
      throw wrong("'" + digits + "' is no number of parts");
    }
  }

  private IllegalArgumentException wrong(String why) {
    return new IllegalArgumentException(
        "'" + text + "' is not a rule of the form RULE:[n:format](match)s/from/to/g/L: " + why);
  }
}
