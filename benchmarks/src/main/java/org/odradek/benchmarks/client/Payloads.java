package org.odradek.benchmarks.client;

import java.util.Random;

/**
 * Values of random capital letters, as Kafka's own performance tool makes them; some hundred, used
 * in turn.
 */
final class Payloads {
  private static final int COUNT = 256;

  private final byte[][] values = new byte[COUNT][];

  Payloads(int bytes) {
    var random = new Random(0);
    for (int i = 0; i < COUNT; i++) {
      values[i] = new byte[bytes];
      for (int b = 0; b < bytes; b++) {
        values[i][b] = (byte) (random.nextInt(26) + 'A');
      }
    }
  }

  byte[] value(long number) {
    return values[(int) (number % COUNT)];
  }
}
