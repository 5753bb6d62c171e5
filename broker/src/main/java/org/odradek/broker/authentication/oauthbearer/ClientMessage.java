package org.odradek.broker.authentication.oauthbearer;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends first (RFC 7628, section 3.1).
 *
 * <pre>
 *   n,[a=authorization id],^A auth=Bearer token ^A [name=value ^A]... ^A
 * </pre>
 *
 * @param authorizationId empty where the client names none
 * @param extensions by name; Kafka's clients send theirs here (KIP-342)
 */
record ClientMessage(String authorizationId, String token, Map<String, String> extensions) {
  private static final char SEPARATOR = '\u0001';
  private static final int HEADER_MAX_CHARS = 1_024;
  private static final Pattern NAME = Pattern.compile("[A-Za-z]+");
  private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7E \t\r\n]+");
  private static final Pattern AUTHORIZATION = Pattern.compile("(\\w+) +([-_~+/.a-zA-Z0-9]+=*)");
  private static final String AUTH = "auth";

  /** Does not show the token. */
  @Override
  public String toString() {
    return "OAUTHBEARER message with extensions " + extensions.keySet();
  }

  /**
   * @throws TokenRefusedException if it is not of that form
   */
  static ClientMessage parse(byte[] bytes) throws TokenRefusedException {
    String text = new String(bytes, StandardCharsets.UTF_8);
    int headerEnd = text.indexOf(SEPARATOR);
    String end = "" + SEPARATOR + SEPARATOR;
    if (headerEnd < 0 || !text.endsWith(end)) {
      throw notOne();
    }
    String authorizationId = authorizationId(text.substring(0, headerEnd));
    Map<String, String> pairs = new LinkedHashMap<>();
    int close = text.length() - end.length();
    String body = close <= headerEnd ? "" : text.substring(headerEnd + 1, close);
    for (String pair : body.split(String.valueOf(SEPARATOR), -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0
          || !NAME.matcher(pair.substring(0, equals)).matches()
          || !VALUE.matcher(pair.substring(equals + 1)).matches()
          || pairs.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
        throw new TokenRefusedException("the first message has a malformed or doubled field");
      }
    }
    return new ClientMessage(authorizationId, token(pairs.remove(AUTH)), pairs);
  }

  private static TokenRefusedException notOne() {
    return new TokenRefusedException("the first message is not one of OAUTHBEARER");
  }

  /**
   * The id in {@code n,[a=id],}, in which {@code ,} and {@code =} are escaped. Read by hand: an
   * expression with a choice in a loop takes stack for each character that a stranger sends.
   */
  private static String authorizationId(String header) throws TokenRefusedException {
    if (!header.startsWith("n,") || !header.endsWith(",") || header.length() > HEADER_MAX_CHARS) {
      throw notOne();
    }
    if (header.equals("n,,")) {
      return "";
    }
    if (!header.startsWith("n,a=") || header.length() <= "n,a=,".length()) {
      throw notOne();
    }
    String escaped = header.substring("n,a=".length(), header.length() - 1);
    String plain = escaped.replace("=2C", "_").replace("=3D", "_");
    if (plain.indexOf('=') >= 0 || plain.indexOf(',') >= 0 || plain.indexOf('\0') >= 0) {
      throw notOne();
    }
    return escaped.replace("=2C", ",").replace("=3D", "=");
  }

  private static String token(@Nullable String authorization) throws TokenRefusedException {
    if (authorization == null) {
      throw new TokenRefusedException("the first message has no field auth");
    }
    Matcher matcher = AUTHORIZATION.matcher(authorization);
    if (!matcher.matches() || !matcher.group(1).equalsIgnoreCase("bearer")) {
      throw new TokenRefusedException("the field auth is not 'Bearer' and a token");
    }
    return matcher.group(2);
  }
}
