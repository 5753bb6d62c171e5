package org.odradek.controller.znode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /brokers/ids/N}: written as version 5 (KIP-584, empty features), read from 1 to 5. */
public final class BrokerCodec {
  private static final int VERSION = 5;
  private static final String PLAINTEXT = "PLAINTEXT";

  private BrokerCodec() {}

  public static byte[] encode(BrokerInfo broker) {
    Map<String, String> protocols = new LinkedHashMap<>();
    List<String> endpoints = new ArrayList<>();
    @Nullable BrokerEndpoint plaintext = null;
    for (BrokerEndpoint endpoint : broker.endpoints()) {
      protocols.put(endpoint.listenerName(), endpoint.securityProtocol());
      endpoints.add(endpoint.toString());
      if (plaintext == null && endpoint.securityProtocol().equals(PLAINTEXT)) {
        plaintext = endpoint;
      }
    }
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("features", Map.of());
    json.put("listener_security_protocol_map", protocols);
    json.put("endpoints", endpoints);
    json.put("jmx_port", broker.jmxPort());
    if (broker.rack() != null) {
      json.put("rack", broker.rack());
    }
    json.put("port", plaintext == null ? -1 : plaintext.port());
    json.put("host", plaintext == null ? null : plaintext.host());
    json.put("version", VERSION);
    json.put("timestamp", Long.toString(broker.timestampMs()));
    return Json.write(json);
  }

  public static BrokerInfo decode(int brokerId, byte @Nullable [] data) {
    JsonObject json = Json.parse(ZnodePaths.broker(brokerId), data);
    List<BrokerEndpoint> endpoints = new ArrayList<>();
    if (json.has("endpoints")) {
      Map<String, String> protocols =
          json.objectOrEmpty("listener_security_protocol_map").stringMap();
      for (String endpoint : json.strings("endpoints")) {
        endpoints.add(BrokerEndpoint.parse(endpoint, protocols));
      }
    } else { // version 1, before there were listeners
      endpoints.add(
          new BrokerEndpoint(PLAINTEXT, PLAINTEXT, json.string("host"), json.intValue("port")));
    }
    return new BrokerInfo(
        brokerId,
        endpoints,
        json.stringOrNull("rack"),
        json.intValue("jmx_port", -1),
        json.longValue("timestamp", -1));
  }
}
