package org.odradek.systemtests.harness;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * One plain connection to one broker, on which requests are sent and answers taken one by one: for
 * what the stock clients do not show. Who reads waits for an answer for a minute at most.
 */
public final class WireConnection implements AutoCloseable {
  private static final int ANSWER_LIMIT_MS = (int) Duration.ofMinutes(1).toMillis();

  private final Socket socket;
  private final DataInputStream in;
  private final String clientId;
  private final Queue<RequestHeader> open = new ArrayDeque<>();
  private int requests;

  /** A connection from 127.0.0.1. */
  public WireConnection(String address, String clientId) {
    this(address, clientId, "127.0.0.1");
  }

  /**
   * @param address host and port of the broker
   * @param from the address of the loopback network that the connection comes from
   */
  public WireConnection(String address, String clientId, String from) {
    int colon = address.lastIndexOf(':');
    this.clientId = clientId;
    try {
      socket = new Socket();
      socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(ANSWER_LIMIT_MS);
      socket.connect(
          new InetSocketAddress(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
          ANSWER_LIMIT_MS);
      in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot connect from " + from + " to " + address, e);
    }
  }

  /** Sends a request, and does not wait for its answer. */
  public WireConnection send(AbstractRequest request) {
    var header = new RequestHeader(request.apiKey(), request.version(), clientId, requests++);
    ByteBuffer body = request.serializeWithHeader(header);
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + body.remaining());
    frame.putInt(body.remaining()).put(body);
    try {
      socket.getOutputStream().write(frame.array());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot send " + request.apiKey(), e);
    }
    open.add(header);
    return this;
  }

  /** The answer to the first request that has had none. */
  public AbstractResponse answer() {
    try {
      byte[] answer = new byte[in.readInt()];
      in.readFully(answer);
      return AbstractResponse.parseResponse(ByteBuffer.wrap(answer), open.remove());
    } catch (IOException e) {
      throw new UncheckedIOException("no answer to " + open.peek(), e);
    }
  }

  public AbstractResponse ask(AbstractRequest request) {
    return send(request).answer();
  }

  /** As {@link #ask}; false if the broker closes the connection instead of answering. */
  public boolean isAnswered(AbstractRequest request) {
    try {
      send(request).answer();
      return true;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof EOFException || e.getCause() instanceof SocketException) {
        return false;
      }
      throw e;
    }
  }

  /** Whether something has come that was not read yet. */
  public boolean hasAnswer() {
    try {
      return in.available() > 0;
    } catch (IOException e) {
      throw new UncheckedIOException("the connection is closed", e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the connection", e);
    }
  }
}
