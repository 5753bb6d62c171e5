package org.odradek.broker.network;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Remembers every buffer that was collected without being released. */
public final class BufferLeaks {
  private static final Queue<String> FOUND = new ConcurrentLinkedQueue<>();

  private BufferLeaks() {}

  /** Has to come before the first buffer is made. */
  public static void detect() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval, long maxActive) {
            return newResourceLeakDetector(resource, samplingInterval);
          }

          @Override
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval) {
            return new ResourceLeakDetector<>(resource, samplingInterval) {
              @Override
              protected boolean needReport() {
                return true;
              }

              @Override
              protected void reportTracedLeak(String resourceType, String records) {
                FOUND.add(resourceType + records);
              }

              @Override
              protected void reportUntracedLeak(String resourceType) {
                FOUND.add(resourceType);
              }
            };
          }
        });
  }

  /** Fails if a buffer was lost so far. */
  public static void assertNone() {
    System.gc();
    for (int i = 0; i < 3; i++) {
      // leaks are looked for when the next buffer is made
      ByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
    String found = FOUND.poll();
    if (found != null) {
      throw new AssertionError("a buffer was not released: " + found);
    }
  }
}
