package org.odradek.broker.fetch;

import java.nio.ByteBuffer;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;

/** What a response to a test's Fetch holds. */
final class Fetched {
  private Fetched() {}

  /** That of the first partition. */
  static PartitionData only(FetchResponse response) {
    return response.responses().getFirst().partitions().getFirst();
  }

  /** A copy of a partition's records. */
  static ByteBuffer bytes(PartitionData data) {
    RecordsPayload records = data.records();
    if (records == null) {
      return ByteBuffer.allocate(0);
    }
    ByteBuffer bytes = ByteBuffer.allocate(records.sizeInBytes());
    records.writeTo(bytes);
    return bytes.flip();
  }
}
