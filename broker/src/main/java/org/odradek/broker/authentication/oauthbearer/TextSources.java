package org.odradek.broker.authentication.oauthbearer;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads small texts from files and web servers. Blocks, for as long as the limits allow. */
public final class TextSources {
  private static final int SIZE_MAX = 1 << 20;
  private static final int DEFAULT_TIMEOUT_MS = 10_000;

  /**
   * How long to wait.
   *
   * @param connectTimeoutMs {@code sasl.login.connect.timeout.ms}, 0 for ten seconds
   * @param readTimeoutMs {@code sasl.login.read.timeout.ms}, 0 for ten seconds
   */
  public record Timeouts(int connectTimeoutMs, int readTimeoutMs) {}

  private TextSources() {}

  /**
   * What is to be read.
   *
   * @param url of a file ({@code file:}), or {@code http:} or {@code https:}
   * @throws IllegalArgumentException with a message for a person, if it is no such URL
   */
  public static JsonWebKeys.TextSource of(String url, Timeouts timeouts) {
    URI uri = parse(url);
    if ("file".equalsIgnoreCase(uri.getScheme())) {
      Path path = path(uri);
      return () -> readFile(path);
    }
    return () -> {
      HttpURLConnection connection = open(uri, timeouts);
      try {
        return answer(connection);
      } finally {
        connection.disconnect();
      }
    };
  }

  /**
   * Reads a URL of one of these forms.
   *
   * @throws IllegalArgumentException with a message for a person, if it is none
   */
  public static URI parse(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("'" + url + "' is no URL: " + e.getReason(), e);
    }
    String scheme = uri.getScheme();
    boolean isFile = "file".equalsIgnoreCase(scheme);
    boolean isWeb = "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme);
    if (!isFile && (!isWeb || uri.getHost() == null)) {
      throw new IllegalArgumentException(
          "'" + url + "' is not of the form file:/path, https://host/path or http://host/path");
    }
    return uri;
  }

  /**
   * Whether it names a file.
   *
   * @throws IllegalArgumentException as {@link #parse}
   */
  public static boolean isFile(String url) {
    return "file".equalsIgnoreCase(parse(url).getScheme());
  }

  /** Also of {@code file:relative}, which Java's own conversion does not take. */
  static Path path(URI uri) {
    return uri.isOpaque() ? Path.of(uri.getSchemeSpecificPart()) : Path.of(uri.getPath());
  }

  private static String readFile(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      return text(in, path.toString());
    }
  }

  static HttpURLConnection open(URI uri, Timeouts timeouts) throws IOException {
    URLConnection connection = uri.toURL().openConnection();
    connection.setConnectTimeout(orDefault(timeouts.connectTimeoutMs()));
    connection.setReadTimeout(orDefault(timeouts.readTimeoutMs()));
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept", "application/json");
    return (HttpURLConnection) connection;
  }

  private static int orDefault(int timeoutMs) {
    return timeoutMs > 0 ? timeoutMs : DEFAULT_TIMEOUT_MS;
  }

  static String answer(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      throw new IOException("the server answers with status " + status);
    }
    try (InputStream in = connection.getInputStream()) {
      return text(in, connection.getURL().getHost());
    }
  }

  private static String text(InputStream in, String place) throws IOException {
    byte[] bytes = in.readNBytes(SIZE_MAX + 1);
    if (bytes.length > SIZE_MAX) {
      throw new IOException(place + " has more than " + SIZE_MAX + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
