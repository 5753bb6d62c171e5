package org.odradek.benchmarks.systems;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.odradek.processes.Certificates;

/** The certificates of a measurement, and what servers and clients are told of them. */
final class TlsStores {
  private final Certificates certificates;

  TlsStores(Path folder) {
    certificates = new Certificates(folder).issue("broker", "CN=broker");
  }

  Map<String, String> clientSettings() {
    var settings = new LinkedHashMap<>(trust());
    settings.put("security.protocol", "SSL");
    return settings;
  }

  Map<String, String> brokerSettings() {
    var settings = new LinkedHashMap<>(trust());
    settings.put("security.inter.broker.protocol", "SSL");
    settings.put("ssl.keystore.location", certificates.file("broker.p12").toString());
    settings.put("ssl.keystore.type", "PKCS12");
    settings.put("ssl.keystore.password", Certificates.PASSWORD);
    return settings;
  }

  private Map<String, String> trust() {
    return Map.of(
        "ssl.truststore.location",
        certificates.file("trust.p12").toString(),
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.password",
        Certificates.PASSWORD);
  }
}
