package org.odradek.controller.registration;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.BrokerEndpoint;

/** Finds out whether a process listens where a registered broker claims to be. */
@FunctionalInterface
public interface EndpointProbe {

  enum Answer {
    /** Somebody accepts connections there. */
    ANSWERS,
    /** The address is this machine's, and nobody listens there: that process is gone. */
    DEAD,
    /** Not reachable from here, which proves nothing. */
    UNKNOWN
  }

  CompletableFuture<Answer> probe(BrokerEndpoint endpoint);

  /** Connects by TCP, on a virtual thread, for at most {@code timeoutMs}. */
  static EndpointProbe tcp(int timeoutMs) {
    return endpoint -> {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      Thread.ofVirtual()
          .name("probe-" + endpoint)
          .start(() -> answer.complete(connect(endpoint, timeoutMs)));
      return answer;
    };
  }

  private static Answer connect(BrokerEndpoint endpoint, int timeoutMs) {
    InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
    if (address.isUnresolved()) {
      return Answer.UNKNOWN;
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, timeoutMs);
      return Answer.ANSWERS;
    } catch (ConnectException e) {
      return isLocal(address.getAddress()) ? Answer.DEAD : Answer.UNKNOWN;
    } catch (IOException e) {
      return Answer.UNKNOWN;
    }
  }

  private static boolean isLocal(InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return true;
    }
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }
}
