package org.odradek.benchmarks.workload;

/** A workload that cannot be measured here, or on this system: the table says why. */
public final class CannotRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CannotRunException(String reason) {
    super(reason);
  }
}
