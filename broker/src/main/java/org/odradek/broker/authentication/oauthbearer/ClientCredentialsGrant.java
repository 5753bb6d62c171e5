package org.odradek.broker.authentication.oauthbearer;

import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an authorization server for a token, as a client with credentials of its own (RFC 6749,
 * section 4.4). {@link #toString} does not show the secret.
 *
 * <p>Id and secret are sent as they are, as Kafka's clients do by default; the standard has them
 * URL-encoded.
 *
 * @param scope null for what the server gives unasked
 */
public record ClientCredentialsGrant(
    URI endpoint,
    String clientId,
    String clientSecret,
    @Nullable String scope,
    TextSources.Timeouts timeouts)
    implements JsonWebKeys.TextSource {

  @Override
  public String read() throws IOException {
    HttpURLConnection connection = TextSources.open(endpoint, timeouts);
    try {
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestProperty("Authorization", "Basic " + credentials());
      connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
      try (OutputStream out = connection.getOutputStream()) {
        out.write(form().getBytes(StandardCharsets.UTF_8));
      }
      Object token = JsonUtil.parseJson(TextSources.answer(connection)).get("access_token");
      if (token instanceof String text && !text.isBlank()) {
        return text;
      }
      throw new IOException("its answer has no access_token");
    } catch (JoseException e) {
      throw new IOException("its answer is no JSON", e);
    } finally {
      connection.disconnect();
    }
  }

  private String credentials() {
    String pair = clientId + ":" + clientSecret;
    return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private String form() {
    return "grant_type=client_credentials"
        + (scope == null || scope.isBlank()
            ? ""
            : "&scope=" + URLEncoder.encode(scope.trim(), StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "client " + clientId + " of " + endpoint;
  }
}
