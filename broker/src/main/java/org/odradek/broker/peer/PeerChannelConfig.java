package org.odradek.broker.peer;

/**
 * What a channel is like.
 *
 * @param clientId what the other broker calls this one in its logs and quotas
 * @param requestTimeoutMs how long an answer may take, counted from the sending; for a fetch this
 *     must be well above its {@code maxWaitMs}
 * @param connectTimeoutMs how long connecting may take
 * @param responseMaxBytes length of the largest response that is taken in
 * @param receiveBufferBytes size of the socket's receive buffer, -1 for the system's own
 * @param inFlightMax how many requests may wait for answers
 */
public record PeerChannelConfig(
    String clientId,
    int requestTimeoutMs,
    int connectTimeoutMs,
    int responseMaxBytes,
    int receiveBufferBytes,
    int inFlightMax) {
  private static final int CONNECT_TIMEOUT_MS = 10_000;
  private static final int RESPONSE_MAX_BYTES = 256 << 20;
  private static final int SYSTEMS_BUFFER = -1;
  private static final int IN_FLIGHT_MAX = 1_000;

  public PeerChannelConfig {
    if (requestTimeoutMs <= 0 || connectTimeoutMs <= 0) {
      throw new IllegalArgumentException(
          "timeouts must be positive, are " + requestTimeoutMs + " and " + connectTimeoutMs);
    }
    if (responseMaxBytes <= 0 || inFlightMax <= 0) {
      throw new IllegalArgumentException(
          "limits must be positive, are " + responseMaxBytes + " and " + inFlightMax);
    }
  }

  /** The usual one. */
  public static PeerChannelConfig of(String clientId, int requestTimeoutMs) {
    return new PeerChannelConfig(
        clientId,
        requestTimeoutMs,
        Math.min(CONNECT_TIMEOUT_MS, requestTimeoutMs),
        RESPONSE_MAX_BYTES,
        SYSTEMS_BUFFER,
        IN_FLIGHT_MAX);
  }

  public PeerChannelConfig withReceiveBufferBytes(int bytes) {
    return new PeerChannelConfig(
        clientId, requestTimeoutMs, connectTimeoutMs, responseMaxBytes, bytes, inFlightMax);
  }

  public PeerChannelConfig withResponseMaxBytes(int bytes) {
    return new PeerChannelConfig(
        clientId, requestTimeoutMs, connectTimeoutMs, bytes, receiveBufferBytes, inFlightMax);
  }
}
