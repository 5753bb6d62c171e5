package org.odradek.protocol.compression;

/** Compressed data that expands beyond what the caller allows; decompression stopped there. */
public final class DecompressionLimitException extends DecompressionException {
  private static final long serialVersionUID = 1L;

  private final int limitBytes;

  public DecompressionLimitException(CompressionType type, int compressedBytes, int limitBytes) {
    super(
        compressedBytes
            + " bytes of "
            + type.configName()
            + " data expand beyond the limit of "
            + limitBytes
            + " bytes");
    this.limitBytes = limitBytes;
  }

  public int limitBytes() {
    return limitBytes;
  }
}
