package org.odradek.benchmarks.micro;

import org.openjdk.jmh.Main;

/** JMH's own command line, with less time for each benchmark than it takes by default. */
public final class Jmh {
  private static final String[] DEFAULTS = {"-f", "2", "-wi", "5", "-w", "1", "-i", "5", "-r", "1"};

  private Jmh() {}

  public static void main(String[] arguments) throws Exception {
    // What is given again on the command line would be refused as given twice.
    boolean hasOptions = java.util.Arrays.stream(arguments).anyMatch(a -> a.startsWith("-"));
    Main.main(
        hasOptions
            ? arguments
            : java.util.stream.Stream.of(DEFAULTS, arguments)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new));
  }
}
