package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.odradek.broker.authentication.SaslAuthenticateHandler;
import org.odradek.broker.authentication.SaslHandshakeHandler;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.SaslAuthenticateRequest;
import org.odradek.protocol.message.SaslAuthenticateResponse;
import org.odradek.protocol.message.SaslHandshakeRequest;
import org.odradek.protocol.message.SaslHandshakeResponse;

/** What clients say that log in, and who answers. */
final class SaslTalk {
  private SaslTalk() {}

  /** A server whose clients log in, and are then answered. */
  static TestServer server(SaslListener sasl) {
    return TestServer.secure(
        new ListenerSecurity(SecurityProtocol.SASL_PLAINTEXT, null, sasl),
        List.of(
            new SaslHandshakeHandler(),
            new SaslAuthenticateHandler(),
            new AnsweringHandler(ApiKey.METADATA)));
  }

  /** Chooses a mechanism. */
  static SaslHandshakeResponse handshake(TestClient client, int version, String mechanism)
      throws IOException {
    client.send(ApiKey.SASL_HANDSHAKE, version, 1, new SaslHandshakeRequest().mechanism(mechanism));
    return client
        .receive(ApiKey.SASL_HANDSHAKE, version)
        .read(SaslHandshakeResponse.class, ApiKey.SASL_HANDSHAKE, (short) version);
  }

  /** Sends a token within a request. */
  static SaslAuthenticateResponse authenticate(TestClient client, byte[] token) throws IOException {
    client.send(
        ApiKey.SASL_AUTHENTICATE,
        2,
        2,
        new SaslAuthenticateRequest().authBytes(ByteBuffer.wrap(token)));
    return client
        .receive(ApiKey.SASL_AUTHENTICATE, 2)
        .read(SaslAuthenticateResponse.class, ApiKey.SASL_AUTHENTICATE, (short) 2);
  }

  /** What needs a login is answered. */
  static void assertServed(TestClient client) throws IOException {
    client.send(ApiKey.METADATA, 1, 77, new MetadataRequest());
    assertEquals(77, client.receive(ApiKey.METADATA, 1).correlationId());
  }
}
