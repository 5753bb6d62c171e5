package org.odradek.systemtests.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.odradek.processes.Waiting;

/** Many connections to one port of 127.0.0.1 that say the same, and then nothing any more. */
public final class Crowd implements AutoCloseable {
  private final List<SocketChannel> open = new ArrayList<>();
  private final ByteBuffer thrownAway = ByteBuffer.allocateDirect(16 * 1024);
  private final int size;

  /** Connects one after the other; each says what it has to say as soon as it is connected. */
  public Crowd(int port, int size, byte[] said) throws IOException {
    this.size = size;
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < size; i++) {
      SocketChannel channel = SocketChannel.open(address);
      // gone at once when it is closed, without leaving a port behind for minutes
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      open.add(channel);
      say(channel, said);
    }
  }

  private static void say(SocketChannel channel, byte[] said) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(said);
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      // closed by the other side already, which is for the test to count
    }
    channel.configureBlocking(false);
  }

  /** How many of them the other side has not closed yet; reads what has come. */
  public int stillOpen() {
    Iterator<SocketChannel> each = open.iterator();
    while (each.hasNext()) {
      SocketChannel channel = each.next();
      if (isClosed(channel)) {
        close(channel);
        each.remove();
      }
    }
    return open.size();
  }

  private boolean isClosed(SocketChannel channel) {
    try {
      int read;
      do {
        read = channel.read(thrownAway.clear());
      } while (read > 0);
      return read < 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** Waits until the other side has closed all but so many of them. */
  public void awaitAtMost(int left, Duration limit, String why) {
    Waiting.until(
        limit,
        () -> stillOpen() <= left,
        () -> why + ": " + open.size() + " of " + size + " connections are open");
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // it is gone in any case
    }
  }

  @Override
  public void close() {
    open.forEach(Crowd::close);
    open.clear();
  }
}
