package org.odradek.controller.zookeeper;

/**
 * A write that ZooKeeper would not take: its server closes the connection on a request larger than
 * {@code jute.maxbuffer}, so it is not sent.
 */
public final class RequestTooLargeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RequestTooLargeException(String path, long bytes, int bytesMax) {
    super(
        ("writing %s takes a request of %d bytes to ZooKeeper, which takes at most"
                + " jute.maxbuffer=%d: write less, or raise that system property on the ZooKeeper"
                + " servers and on all brokers")
            .formatted(path, bytes, bytesMax));
  }
}
