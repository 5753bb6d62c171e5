package org.odradek.storage.file;

/** The files of a segment, by Kafka's suffixes. */
public enum FileKind {
  LOG(".log"),
  OFFSET_INDEX(".index"),
  TIME_INDEX(".timeindex"),
  TRANSACTION_INDEX(".txnindex"),
  PRODUCER_SNAPSHOT(".snapshot");

  private final String suffix;

  FileKind(String suffix) {
    this.suffix = suffix;
  }

  public String suffix() {
    return suffix;
  }

  /** The file's name: 20 decimal digits and the suffix. */
  public String fileName(long offset) {
    String digits = Long.toString(offset);
    return "0".repeat(20 - digits.length()) + digits + suffix;
  }

  /** The offset that a file name of this kind begins with; -1 when the name is not of this kind. */
  public long offsetOf(String fileName) {
    int digits = fileName.length() - suffix.length();
    if (digits <= 0 || digits > 20 || !fileName.endsWith(suffix)) {
      return -1;
    }
    for (int i = 0; i < digits; i++) {
      char c = fileName.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
    }
    try {
      return Long.parseLong(fileName, 0, digits, 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
