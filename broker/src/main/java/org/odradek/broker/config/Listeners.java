package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.Listener.SecurityProtocol;

/**
 * Where the broker listens and what it tells clients, from {@code listeners}, {@code
 * advertised.listeners} and the old {@code host.name}, {@code port}, {@code advertised.host.name},
 * {@code advertised.port}.
 *
 * @param bound at least one, each with its own name and port
 * @param advertised names are among those of {@code bound}; a wildcard host means that nothing was
 *     advertised, and each client is told the address it came by
 * @param interBrokerName name of the one that brokers use among themselves
 */
public record Listeners(List<Listener> bound, List<Listener> advertised, String interBrokerName) {

  /**
   * Keys that show that the broker is meant to be reached; without any of them and without {@code
   * listeners} it is reached from this machine only, since it lets everybody do everything.
   */
  private static final List<ConfigKey<?>> SAY_WHERE =
      List.of(
          NetworkKeys.HOST_NAME,
          NetworkKeys.PORT,
          NetworkKeys.ADVERTISED_LISTENERS,
          NetworkKeys.ADVERTISED_HOST_NAME,
          NetworkKeys.ADVERTISED_PORT);

  /**
   * @throws ConfigException when they do not fit together
   */
  public static Listeners of(BrokerConfig config) {
    Map<String, SecurityProtocol> protocols = protocols(config);
    List<Listener> bound = bound(config, protocols);
    List<Listener> advertised = advertised(config, bound, protocols);
    checkNamesAndPorts(bound);
    Set<String> names = names(bound);
    for (Listener listener : advertised) {
      if (!names.contains(listener.name())) {
        throw new ConfigException(
            NetworkKeys.ADVERTISED_LISTENERS.name(),
            text(advertised),
            "the listener " + listener.name() + " is not one of those in listeners: " + names);
      }
    }
    return new Listeners(bound, advertised, interBrokerName(config, advertised));
  }

  /** The advertised form of a bound listener; null when clients are not told of it. */
  public @Nullable Listener advertisedAs(Listener listener) {
    for (Listener candidate : advertised) {
      if (candidate.name().equals(listener.name())) {
        return candidate;
      }
    }
    return null;
  }

  private static Map<String, SecurityProtocol> protocols(BrokerConfig config) {
    String key = NetworkKeys.LISTENER_SECURITY_PROTOCOL_MAP.name();
    String text = config.value(NetworkKeys.LISTENER_SECURITY_PROTOCOL_MAP);
    Map<String, SecurityProtocol> protocols = new HashMap<>();
    for (String item : text.split("\\s*,\\s*", -1)) {
      if (item.isEmpty()) {
        continue;
      }
      int colon = item.lastIndexOf(':');
      if (colon <= 0) {
        throw new ConfigException(key, text, item + " is not of the form NAME:PROTOCOL");
      }
      String protocol = item.substring(colon + 1).trim();
      try {
        protocols.put(
            item.substring(0, colon).trim().toUpperCase(Locale.ROOT),
            SecurityProtocol.valueOf(protocol.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new ConfigException(
            key, text, protocol + " is not one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL");
      }
    }
    return protocols;
  }

  private static List<Listener> bound(
      BrokerConfig config, Map<String, SecurityProtocol> protocols) {
    if (!config.isSet(NetworkKeys.LISTENERS) && SAY_WHERE.stream().anyMatch(config::isSet)) {
      return List.of(
          plaintext(config.value(NetworkKeys.HOST_NAME), config.value(NetworkKeys.PORT)));
    }
    String text = config.value(NetworkKeys.LISTENERS);
    List<Listener> bound = Listener.parse(NetworkKeys.LISTENERS.name(), text, protocols);
    if (bound.isEmpty()) {
      throw new ConfigException(
          NetworkKeys.LISTENERS.name(), text, "at least one listener is needed");
    }
    return List.copyOf(bound);
  }

  private static List<Listener> advertised(
      BrokerConfig config, List<Listener> bound, Map<String, SecurityProtocol> protocols) {
    String text = config.optional(NetworkKeys.ADVERTISED_LISTENERS);
    if (text != null && !text.isEmpty()) {
      List<Listener> advertised =
          Listener.parse(NetworkKeys.ADVERTISED_LISTENERS.name(), text, protocols);
      for (Listener listener : advertised) {
        if (listener.wildcard() && !listener.host().isEmpty()) {
          throw new ConfigException(
              NetworkKeys.ADVERTISED_LISTENERS.name(),
              text,
              listener.host() + " is no address that a client can connect to");
        }
      }
      return List.copyOf(advertised);
    }
    String host = config.optional(NetworkKeys.ADVERTISED_HOST_NAME);
    Integer port = config.optional(NetworkKeys.ADVERTISED_PORT);
    if (host != null || port != null) {
      return List.of(
          plaintext(
              host != null ? host : config.value(NetworkKeys.HOST_NAME),
              port != null ? port : bound.getFirst().port()));
    }
    List<Listener> advertised = new ArrayList<>();
    for (Listener listener : bound) {
      advertised.add(
          listener.wildcard()
              ? new Listener(listener.name(), listener.protocol(), "", listener.port())
              : listener);
    }
    return List.copyOf(advertised);
  }

  private static Listener plaintext(String host, int port) {
    return new Listener("PLAINTEXT", SecurityProtocol.PLAINTEXT, host, port);
  }

  private static void checkNamesAndPorts(List<Listener> bound) {
    String key = NetworkKeys.LISTENERS.name();
    Set<String> names = new HashSet<>();
    Map<Integer, Listener> byPort = new HashMap<>();
    for (Listener listener : bound) {
      if (!names.add(listener.name())) {
        throw new ConfigException(key, text(bound), "Each listener must have a different name");
      }
      Listener other = listener.port() == 0 ? null : byPort.put(listener.port(), listener);
      if (other != null && sameFamily(other, listener)) {
        throw new ConfigException(key, text(bound), "Each listener must have a different port");
      }
    }
  }

  /** One port may serve an IPv4 and an IPv6 address. */
  private static boolean sameFamily(Listener left, Listener right) {
    return left.host().isEmpty()
        || right.host().isEmpty()
        || (left.host().indexOf(':') >= 0) == (right.host().indexOf(':') >= 0);
  }

  private static String interBrokerName(BrokerConfig config, List<Listener> advertised) {
    String name = config.optional(ReplicationKeys.INTER_BROKER_LISTENER_NAME);
    String protocolText = config.value(SecurityKeys.SECURITY_INTER_BROKER_PROTOCOL);
    if (name != null) {
      if (config.isSet(SecurityKeys.SECURITY_INTER_BROKER_PROTOCOL)) {
        throw new ConfigException(
            "Only one of inter.broker.listener.name and security.inter.broker.protocol should be"
                + " set.");
      }
      String upper = name.toUpperCase(Locale.ROOT);
      if (!names(advertised).contains(upper)) {
        throw new ConfigException(
            ReplicationKeys.INTER_BROKER_LISTENER_NAME.name(),
            name,
            "must be the name of an advertised listener, one of " + names(advertised));
      }
      return upper;
    }
    if (!names(advertised).contains(protocolText)) {
      throw new ConfigException(
          SecurityKeys.SECURITY_INTER_BROKER_PROTOCOL.name(),
          protocolText,
          "no listener of that name is advertised, only "
              + names(advertised)
              + "; set inter.broker.listener.name to one of them");
    }
    return protocolText;
  }

  private static Set<String> names(List<Listener> listeners) {
    Set<String> names = new LinkedHashSet<>();
    listeners.forEach(listener -> names.add(listener.name()));
    return names;
  }

  private static String text(List<Listener> listeners) {
    return String.join(",", listeners.stream().map(Listener::toString).toList());
  }
}
