package org.odradek.broker.network;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The event loops that connections are on, numbered from 0, as Kafka numbers its processors.
 *
 * <p>Thread-safety: any thread.
 */
public final class NetworkThreads {
  private final Map<EventExecutor, Integer> numbers = new HashMap<>();
  private final AtomicReferenceArray<@Nullable Thread> threads;

  NetworkThreads(EventLoopGroup eventLoops) {
    for (EventExecutor each : eventLoops) {
      numbers.put(each, numbers.size());
    }
    this.threads = new AtomicReferenceArray<>(numbers.size());
  }

  /** How many there are. */
  public int count() {
    return threads.length();
  }

  /** The thread of that number; null as long as it has had no connection. */
  public @Nullable Thread thread(int number) {
    return threads.get(number);
  }

  /** The number of an event loop; to be called on it. */
  int number(EventExecutor eventLoop) {
    Integer number = numbers.get(eventLoop);
    if (number == null) {
      throw new IllegalArgumentException(eventLoop + " is none of " + numbers.keySet());
    }
    if (threads.get(number) == null) {
      threads.set(number, Thread.currentThread());
    }
    return number;
  }

  /** Counts for each of them. */
  List<SocketCounts> counts() {
    List<SocketCounts> counts = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      counts.add(new SocketCounts());
    }
    return Collections.unmodifiableList(counts);
  }
}
