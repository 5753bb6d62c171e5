package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address to listen at, or to tell clients.
 *
 * @param name in upper case
 * @param host empty for all interfaces; in an advertised one, for whatever address the client came
 *     by
 * @param port 0 for any free one; in an advertised one, for the one that was bound
 */
public record Listener(String name, SecurityProtocol protocol, String host, int port) {
  private static final Pattern ENDPOINT =
      Pattern.compile("(.*)://\\[?([0-9a-zA-Z\\-%._:]*)\\]?:(-?[0-9]+)");

  /** How a listener's connections are secured. */
  public enum SecurityProtocol {
    PLAINTEXT,
    SSL,
    SASL_PLAINTEXT,
    SASL_SSL
  }

  /**
   * Reads a list of {@code NAME://host:port}.
   *
   * @param key for error messages
   * @throws ConfigException when one is not of that form, or its name has no protocol
   */
  static List<Listener> parse(String key, String text, Map<String, SecurityProtocol> protocols) {
    List<Listener> listeners = new ArrayList<>();
    for (String item : text.trim().split("\\s*,\\s*", -1)) {
      if (!item.isEmpty()) {
        listeners.add(parseOne(key, text, item, protocols));
      }
    }
    return listeners;
  }

  private static Listener parseOne(
      String key, String text, String item, Map<String, SecurityProtocol> protocols) {
    Matcher matcher = ENDPOINT.matcher(item);
    if (!matcher.matches()) {
      throw new ConfigException(
          key, text, "Unable to parse " + item + " to a broker endpoint, NAME://host:port");
    }
    String name = matcher.group(1).toUpperCase(Locale.ROOT);
    SecurityProtocol protocol = protocols.get(name);
    if (protocol == null) {
      throw new ConfigException(
          key,
          text,
          "No security protocol defined for listener "
              + name
              + " in listener.security.protocol.map");
    }
    int port;
    try {
      port = Integer.parseInt(matcher.group(3));
    } catch (NumberFormatException e) {
      port = -1;
    }
    if (port < 0 || port > 65535) {
      throw new ConfigException(key, text, "The port of " + item + " is not from 0 to 65535");
    }
    return new Listener(name, protocol, matcher.group(2), port);
  }

  /** Whether this is all interfaces, said by an empty host or by a meta-address. */
  public boolean wildcard() {
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }

  @Override
  public String toString() {
    return name + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
