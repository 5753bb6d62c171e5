package org.odradek.broker.main;

import java.util.List;
import java.util.Set;
import org.odradek.broker.network.Endpoint;

/**
 * Who this broker is.
 *
 * @param clusterId 22 characters of base64url
 * @param endpoints what other brokers and clients are told, a listener each
 * @param unadvertisedListeners those where clients are told the address that they came by
 */
record BrokerIdentity(
    int brokerId, String clusterId, List<Endpoint> endpoints, Set<String> unadvertisedListeners) {}
