package org.odradek.broker.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Limits of connections per address, as {@code max.connections.per.ip.overrides} says. */
public final class ConnectionLimits {
  private ConnectionLimits() {}

  /**
   * Addresses or host names, and how many connections each may have at a time.
   *
   * @throws ConfigException when an item is not of the form {@code address:count}
   */
  public static Map<String, Integer> perIpOverrides(BrokerConfig config) {
    String key = NetworkKeys.MAX_CONNECTIONS_PER_IP_OVERRIDES.name();
    String text = config.value(NetworkKeys.MAX_CONNECTIONS_PER_IP_OVERRIDES);
    Map<String, Integer> limits = new LinkedHashMap<>();
    for (String item : text.trim().split("\\s*,\\s*", -1)) {
      if (item.isEmpty()) {
        continue;
      }
      int colon = item.lastIndexOf(':');
      try {
        limits.put(
            item.substring(0, colon).trim(), Integer.valueOf(item.substring(colon + 1).trim()));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw new ConfigException(key, text, item + " is not of the form address:count");
      }
    }
    return limits;
  }
}
