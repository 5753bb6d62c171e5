package org.odradek.broker.peer;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.message.ApiMessages;

/** The other side: takes in requests and answers nothing but what the test tells it to. */
final class FakePeer implements AutoCloseable {
  private static final int WAIT_SECONDS = 20;

  /** A request that came, and the connection it came by. */
  record Request(Connection connection, ApiKey apiKey, short version, int correlationId) {

    /** The whole response with its length. */
    byte[] response(Message message) {
      byte[] body = ByteBufferWriter.toByteBuffer(message, version).array();
      boolean tagged = ApiMessages.responseHeaderVersion(apiKey, version) >= 1;
      int length = Integer.BYTES + (tagged ? 1 : 0) + body.length;
      ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + length);
      frame.putInt(length).putInt(correlationId);
      if (tagged) {
        frame.put((byte) 0);
      }
      return frame.put(body).array();
    }

    void answer(Message message) {
      connection.write(response(message));
    }
  }

  /** A connection that was accepted. */
  record Connection(Socket socket) {
    void write(byte[] bytes) {
      write(bytes, 0, bytes.length);
    }

    void write(byte[] bytes, int offset, int length) {
      try {
        OutputStream out = socket.getOutputStream();
        out.write(bytes, offset, length);
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void cut() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final ServerSocket server;
  private final List<Connection> connections = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();

  FakePeer(int port) throws IOException {
    server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    Thread.ofVirtual().start(this::accept);
  }

  PeerAddress address() {
    return new PeerAddress(7, "127.0.0.1", server.getLocalPort());
  }

  private void accept() {
    try {
      while (true) {
        Connection connection = new Connection(server.accept());
        connections.add(connection);
        Thread.ofVirtual().start(() -> read(connection));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void read(Connection connection) {
    try {
      DataInputStream in = new DataInputStream(connection.socket.getInputStream());
      while (true) {
        ByteBuffer frame = ByteBuffer.wrap(in.readNBytes(in.readInt()));
        ApiKey key = ApiKey.forId(frame.getShort());
        if (key == null) {
          throw new IOException("unknown key");
        }
        requests.add(new Request(connection, key, frame.getShort(), frame.getInt()));
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** The next request, from whichever connection. */
  Request take() throws InterruptedException {
    Request request = requests.poll(WAIT_SECONDS, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  /** A request that came, or null after a moment. */
  @Nullable Request poll() throws InterruptedException {
    return requests.poll(1, TimeUnit.MILLISECONDS);
  }

  int connectionsMade() {
    return connections.size();
  }

  @Override
  public void close() throws IOException {
    server.close();
    connections.forEach(Connection::cut);
  }
}
