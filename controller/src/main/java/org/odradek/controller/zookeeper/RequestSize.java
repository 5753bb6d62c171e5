package org.odradek.controller.zookeeper;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How large a request to ZooKeeper is and may be. Sizes are those of the longest operation, that
 * which makes a node, so some bytes too large for others.
 */
public final class RequestSize {
  /** The system property that ZooKeeper's servers and clients read. */
  private static final String LIMIT_PROPERTY = "jute.maxbuffer";

  private static final int LIMIT_DEFAULT = 0xfffff;

  /** The request's own header, and what ends a transaction. */
  private static final int HEADER_BYTES = 8 + 9;

  /** Of one operation: its header, flags, who may change the node, and the lengths of fields. */
  private static final int OPERATION_BYTES = 48;

  /** Room for the chroot of {@code zookeeper.connect}, where it is not known. */
  private static final int CHROOT_BYTES_MAX = 1_024;

  private RequestSize() {}

  /** Whether a node with this data can be written, in a transaction with a fence. */
  public static boolean fits(String path, byte[] data) {
    return single(path, data) + single(path, null) + CHROOT_BYTES_MAX <= max();
  }

  static int max() {
    return Integer.getInteger(LIMIT_PROPERTY, LIMIT_DEFAULT);
  }

  static long single(String path, byte @Nullable [] data) {
    return HEADER_BYTES + operation(path, data);
  }

  static long transaction(List<ZnodeOperation> operations, String chroot) {
    long bytes = HEADER_BYTES;
    for (ZnodeOperation operation : operations) {
      byte @Nullable [] data =
          switch (operation) {
            case ZnodeOperation.Create create -> create.data();
            case ZnodeOperation.Write write -> write.data();
            case ZnodeOperation.Delete delete -> null;
            case ZnodeOperation.Check check -> null;
          };
      bytes += chroot.length() + operation(operation.path(), data);
    }
    return bytes;
  }

  private static long operation(String path, byte @Nullable [] data) {
    return OPERATION_BYTES
        + path.getBytes(StandardCharsets.UTF_8).length
        + (data == null ? 0 : data.length);
  }
}
