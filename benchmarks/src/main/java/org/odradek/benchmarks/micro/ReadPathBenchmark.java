package org.odradek.benchmarks.micro;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Sending a range of a file that is in the page cache through a socket on loopback: as a file
 * region (sendfile), from a mapping, or copied into a buffer first. A thread at the other end reads
 * and forgets.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ReadPathBenchmark {
  private static final int FILE_BYTES = 64 << 20;
  private static final int RECEIVE_BYTES = 1 << 20;

  @Param({"4096", "65536", "1048576"})
  int rangeBytes;

  private @Nullable Path path;
  private @Nullable FileChannel file;
  private @Nullable SocketChannel socket;
  private @Nullable SocketChannel otherEnd;
  private ByteBuffer mapped = ByteBuffer.allocate(0);
  private ByteBuffer copied = ByteBuffer.allocate(0);
  private int position;

  @Setup
  public void open() throws IOException {
    Path made = Files.createTempFile("odradek-jmh", ".log");
    Files.write(made, new byte[FILE_BYTES]);
    FileChannel opened = FileChannel.open(made, StandardOpenOption.READ);
    mapped = opened.map(FileChannel.MapMode.READ_ONLY, 0, FILE_BYTES);
    copied = ByteBuffer.allocateDirect(rangeBytes);
    try (var server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      socket = SocketChannel.open(server.getLocalAddress());
      SocketChannel accepted = server.accept();
      otherEnd = accepted;
      Thread.ofPlatform().daemon().start(() -> readAndForget(accepted));
    }
    path = made;
    file = opened;
  }

  private static void readAndForget(SocketChannel socket) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(RECEIVE_BYTES);
    try {
      while (socket.read(buffer) >= 0) {
        buffer.clear();
      }
    } catch (IOException closed) {
      // the benchmark is over
    }
  }

  @TearDown
  public void close() throws IOException {
    for (AutoCloseable closeable : new AutoCloseable[] {socket, otherEnd, file}) {
      try {
        if (closeable != null) {
          closeable.close();
        }
      } catch (Exception e) {
        throw new IOException("cannot close " + closeable, e);
      }
    }
    if (path != null) {
      Files.delete(path);
    }
  }

  private int nextPosition() {
    int next = position + rangeBytes;
    position = next + rangeBytes > FILE_BYTES ? 0 : next;
    return position;
  }

  private SocketChannel socket() {
    if (socket == null) {
      throw new IllegalStateException("not set up");
    }
    return socket;
  }

  private FileChannel file() {
    if (file == null) {
      throw new IllegalStateException("not set up");
    }
    return file;
  }

  @Benchmark
  public void fileRegion() throws IOException {
    long from = nextPosition();
    long end = from + rangeBytes;
    while (from < end) {
      from += file().transferTo(from, end - from, socket());
    }
  }

  @Benchmark
  public void mappedSlice() throws IOException {
    send(mapped.slice(nextPosition(), rangeBytes));
  }

  @Benchmark
  public void copy() throws IOException {
    long from = nextPosition();
    copied.clear();
    while (copied.hasRemaining()) {
      int read = file().read(copied, from + copied.position());
      if (read < 0) {
        throw new IOException("the file ends at " + file().size());
      }
    }
    send(copied.flip());
  }

  private void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      socket().write(bytes);
    }
  }
}
