package org.odradek.systemtests.harness;

import java.time.Duration;

/**
 * What a command did.
 *
 * @param command as it was given to the shell
 * @param exitStatus of the last part of its pipe; 124 when it was ended because its time was up
 */
public record CommandOutcome(
    String command, int exitStatus, String output, String errors, Duration elapsed) {
  public static final int TIMED_OUT = 124;

  /** This very outcome, if the command ended well. */
  public CommandOutcome expectSuccess() {
    if (exitStatus != 0) {
      throw new AssertionError("should have succeeded:\n" + this);
    }
    return this;
  }

  @Override
  public String toString() {
    return "$ %s%n[exit %d, %.1f s]%n%s%n-- stderr%n%s"
        .formatted(command, exitStatus, elapsed.toMillis() / 1e3, output, errors);
  }
}
