package org.odradek.broker.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.SslKeys;

/**
 * Turns the distinguished name of a client's certificate into the name of its principal, by {@code
 * ssl.principal.mapping.rules} (KIP-371): the first rule that matches decides.
 *
 * <pre>
 *   rules  DEFAULT                           the distinguished name itself
 *          RULE:pattern/replacement/         pattern must match all of the name; $1 to $9 are its groups
 *          RULE:pattern/replacement/L (U)    and the result is put into lower (upper) case
 * </pre>
 *
 * Rules are separated by commas; a slash inside of one is written {@code \/}.
 *
 * <p>Thread-safety: immutable.
 */
final class PrincipalMapping {
  private static final String DEFAULT = "DEFAULT";
  private static final String RULE = "RULE:";
  private static final Pattern GROUP_REFERENCE = Pattern.compile("\\$(\\d+)");

  /**
   * @param pattern null for the rule that takes the name as it is
   */
  private record Rule(@Nullable Pattern pattern, String replacement, Case letters) {

    @Nullable String apply(String name) {
      if (pattern == null) {
        return name;
      }
      Matcher matcher = pattern.matcher(name);
      if (!matcher.matches()) {
        return null;
      }
      String mapped = matcher.replaceFirst(withKnownGroups(replacement, matcher.groupCount()));
      return switch (letters) {
        case AS_THEY_ARE -> mapped;
        case LOWER -> mapped.toLowerCase(Locale.ENGLISH);
        case UPPER -> mapped.toUpperCase(Locale.ENGLISH);
      };
    }

    /** References to groups that the pattern does not have stand for themselves. */
    private static String withKnownGroups(String replacement, int groups) {
      return GROUP_REFERENCE
          .matcher(replacement)
          .replaceAll(reference -> {
            boolean known =
                reference.group(1).length() < 4 && Integer.parseInt(reference.group(1)) <= groups;
            return Matcher.quoteReplacement((known ? "" : "\\") + reference.group());
          });
    }
  }

  private enum Case {
    AS_THEY_ARE,
    LOWER,
    UPPER
  }

  private final String text;
  private final List<Rule> rules;

  private PrincipalMapping(String text, List<Rule> rules) {
    this.text = text;
    this.rules = List.copyOf(rules);
  }

  /**
   * @throws ConfigException when the rules cannot be read
   */
  static PrincipalMapping of(String text) {
    return new PrincipalMapping(text, new Reader(text).rules());
  }

  /**
   * The name of the principal; null when no rule matches, and the client must not come in.
   *
   * @param distinguishedName as in RFC 2253
   */
  @Nullable String map(String distinguishedName) {
    for (Rule rule : rules) {
      String name = rule.apply(distinguishedName);
      if (name != null) {
        return name;
      }
    }
    return null;
  }

  /** Mappings by the same rules are equal. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PrincipalMapping mapping && mapping.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  /** Reads the rules from left to right. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    List<Rule> rules() {
      List<Rule> rules = new ArrayList<>();
      skipBlanks();
      while (at < text.length()) {
        rules.add(rule());
        boolean lineEnds = skipBlanks();
        if (at < text.length() && text.charAt(at) == ',') {
          at++;
          skipBlanks();
        } else if (at < text.length() && !lineEnds) {
          throw refused("what follows from character " + at + " is no rule");
        }
      }
      return rules;
    }

    private Rule rule() {
      if (text.startsWith(DEFAULT, at)) {
        at += DEFAULT.length();
        return new Rule(null, "", Case.AS_THEY_ARE);
      }
      if (!text.startsWith(RULE, at)) {
        throw refused("what follows from character " + at + " is neither DEFAULT nor RULE:");
      }
      at += RULE.length();
      String pattern = untilSlash();
      String replacement = untilSlash();
      Case letters = letters();
      try {
        return new Rule(Pattern.compile(pattern), replacement.replace("\\/", "/"), letters);
      } catch (PatternSyntaxException e) {
        throw refused(pattern + " is not a regular expression: " + e.getDescription());
      }
    }

    /** The text up to a slash that is not escaped, which is passed over. */
    private String untilSlash() {
      int start = at;
      while (at < text.length() && text.charAt(at) != '/') {
        at += text.charAt(at) == '\\' ? 2 : 1;
      }
      if (at >= text.length()) {
        throw refused("a rule must be of the form RULE:pattern/replacement/[LU]");
      }
      return text.substring(start, at++);
    }

    private Case letters() {
      char next = at < text.length() ? text.charAt(at) : ' ';
      switch (next) {
        case 'L' -> {
          at++;
          return Case.LOWER;
        }
        case 'U' -> {
          at++;
          return Case.UPPER;
        }
        default -> {
          return Case.AS_THEY_ARE;
        }
      }
    }

    private boolean skipBlanks() {
      boolean lineEnds = false;
      while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
        lineEnds |= text.charAt(at) == '\n';
        at++;
      }
      return lineEnds;
    }

    private ConfigException refused(String reason) {
      return new ConfigException(SslKeys.SSL_PRINCIPAL_MAPPING_RULES.name(), text, reason);
    }
  }
}
