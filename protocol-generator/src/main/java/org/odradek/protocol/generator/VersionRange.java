package org.odradek.protocol.generator;

/**
 * Versions from {@code lowest} to {@code highest}, both inclusive; {@link #NONE} when there are
 * none.
 */
record VersionRange(int lowest, int highest) {
  static final VersionRange NONE = new VersionRange(0, -1);
  static final VersionRange ALL = new VersionRange(0, Short.MAX_VALUE);

  /** {@code 3}, {@code 0-4}, {@code 3+} or {@code none}. */
  static VersionRange parse(String text) {
    if (text.equals("none")) {
      return NONE;
    }
    try {
      if (text.endsWith("+")) {
        return new VersionRange(
            Integer.parseInt(text.substring(0, text.length() - 1)), Short.MAX_VALUE);
      }
      int dash = text.indexOf('-');
      if (dash < 0) {
        int only = Integer.parseInt(text);
        return new VersionRange(only, only);
      }
      return new VersionRange(
          Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
    } catch (NumberFormatException e) {
      throw new SchemaException("'" + text + "' is not a range of versions such as 0-4 or 3+", e);
    }
  }

  boolean isEmpty() {
    return lowest > highest;
  }

  boolean contains(int version) {
    return lowest <= version && version <= highest;
  }

  boolean contains(VersionRange other) {
    return other.isEmpty() || (lowest <= other.lowest && other.highest <= highest);
  }

  VersionRange intersect(VersionRange other) {
    VersionRange both =
        new VersionRange(Math.max(lowest, other.lowest), Math.min(highest, other.highest));
    return both.isEmpty() ? NONE : both;
  }

  /**
   * The Java condition that tells whether {@code version}, known to be in {@code within}, is in
   * this range: {@code true}, {@code false} or a comparison.
   */
  String condition(VersionRange within) {
    VersionRange here = intersect(within);
    if (here.isEmpty()) {
      return "false";
    }
    boolean fromStart = here.lowest == within.lowest;
    boolean toEnd = here.highest == within.highest;
    if (fromStart && toEnd) {
      return "true";
    }
    if (fromStart) {
      return "version <= " + here.highest;
    }
    if (toEnd) {
      return "version >= " + here.lowest;
    }
    return here.lowest == here.highest
        ? "version == " + here.lowest
        : "version >= " + here.lowest + " && version <= " + here.highest;
  }

  /** The opposite of {@link #condition}. */
  String negatedCondition(VersionRange within) {
    VersionRange here = intersect(within);
    if (here.isEmpty()) {
      return "true";
    }
    boolean fromStart = here.lowest == within.lowest;
    boolean toEnd = here.highest == within.highest;
    if (fromStart && toEnd) {
      return "false";
    }
    if (fromStart) {
      return "version > " + here.highest;
    }
    if (toEnd) {
      return "version < " + here.lowest;
    }
    return here.lowest == here.highest
        ? "version != " + here.lowest
        : "version < " + here.lowest + " || version > " + here.highest;
  }

  @Override
  public String toString() {
    if (isEmpty()) {
      return "none";
    }
    if (highest == Short.MAX_VALUE) {
      return lowest + "+";
    }
    return lowest == highest ? "" + lowest : lowest + "-" + highest;
  }
}
