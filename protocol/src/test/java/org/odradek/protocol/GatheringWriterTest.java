package org.odradek.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.GatheringWriter.Insert;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.FetchableTopicResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;

class GatheringWriterTest {
  private static final RecordsPayload FIRST = records(5);
  private static final RecordsPayload SECOND = records(300);

  @Test
  void takesRecordsByReferenceAndSaysWhereTheyBelong() {
    for (short version = FetchResponse.LOWEST_VERSION;
        version <= FetchResponse.HIGHEST_VERSION;
        version++) {
      FetchResponse response = response();
      assertEquals(305, response.recordsSizeInBytes(version));
      ByteBuffer whole = ByteBufferWriter.toByteBuffer(response, version);

      ByteBuffer buffer =
          ByteBuffer.allocate(response.sizeInBytes(version) - response.recordsSizeInBytes(version));
      GatheringWriter writer = new GatheringWriter(buffer);
      response.write(writer, version);

      assertEquals(0, buffer.remaining());
      List<Insert> inserts = writer.inserts();
      assertEquals(2, inserts.size());
      assertSame(FIRST, inserts.get(0).payload());
      assertSame(SECOND, inserts.get(1).payload());
      assertEquals(whole, gathered(buffer.flip(), inserts, whole.remaining()));
    }
  }

  private static ByteBuffer gathered(ByteBuffer buffer, List<Insert> inserts, int size) {
    ByteBuffer target = ByteBuffer.allocate(size);
    int from = 0;
    for (Insert insert : inserts) {
      target.put(buffer.slice(from, insert.position() - from));
      insert.payload().writeTo(target);
      from = insert.position();
    }
    return target.put(buffer.slice(from, buffer.limit() - from)).flip();
  }

  private static FetchResponse response() {
    FetchableTopicResponse topic = new FetchableTopicResponse().topic("t");
    topic.partitions().add(new PartitionData().partitionIndex(0).records(FIRST));
    topic.partitions().add(new PartitionData().partitionIndex(1).records(BufferRecords.EMPTY));
    topic.partitions().add(new PartitionData().partitionIndex(2).records(SECOND));
    FetchResponse response = new FetchResponse();
    response.responses().add(topic);
    return response;
  }

  private static RecordsPayload records(int size) {
    byte[] bytes = new byte[size];
    java.util.Arrays.fill(bytes, (byte) size);
    return new BufferRecords(ByteBuffer.wrap(bytes));
  }
}
