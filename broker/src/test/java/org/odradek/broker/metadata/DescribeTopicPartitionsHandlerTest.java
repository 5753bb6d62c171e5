package org.odradek.broker.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.DescribeTopicPartitionsRequest;
import org.odradek.protocol.message.DescribeTopicPartitionsRequest.Cursor;
import org.odradek.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import org.odradek.protocol.message.DescribeTopicPartitionsResponse;

class DescribeTopicPartitionsHandlerTest {
  private final TestCluster cluster = new TestCluster();
  private final DescribeTopicPartitionsHandler handler =
      new DescribeTopicPartitionsHandler(cluster.metadata, () -> 2000);

  @BeforeEach
  void announce() {
    for (String name : List.of("b", "a", "c")) {
      cluster.announce(
          TestCluster.topic(
              name,
              Uuid.ZERO,
              TestCluster.partition(0, 1, List.of(1)),
              TestCluster.partition(1, 1, List.of(1)),
              TestCluster.partition(2, 1, List.of(1))));
    }
  }

  private DescribeTopicPartitionsResponse ask(DescribeTopicPartitionsRequest request) {
    return TestCluster.ask(handler, 0, request);
  }

  @Test
  void goesOnAtTheCursorUntilEverythingWasSeenOnce() {
    for (int limit = 1; limit <= 10; limit++) {
      List<String> seen = new ArrayList<>();
      @Nullable Cursor cursor = null;
      do {
        DescribeTopicPartitionsResponse page =
            ask(new DescribeTopicPartitionsRequest().responsePartitionLimit(limit).cursor(cursor));
        int count = 0;
        for (var topic : page.topics()) {
          for (var partition : topic.partitions()) {
            seen.add(topic.name() + partition.partitionIndex());
            count++;
          }
        }
        assertEquals(page.nextCursor() == null ? count : limit, count);
        cursor =
            page.nextCursor() == null
                ? null
                : new Cursor()
                    .topicName(page.nextCursor().topicName())
                    .partitionIndex(page.nextCursor().partitionIndex());
      } while (cursor != null);
      assertEquals(
          List.of("a0", "a1", "a2", "b0", "b1", "b2", "c0", "c1", "c2"), seen, "limit " + limit);
    }
  }

  @Test
  void tellsOfTopicsThatAreNotThere() {
    DescribeTopicPartitionsResponse response =
        ask(
            new DescribeTopicPartitionsRequest()
                .topics(List.of(new TopicRequest().name("x"), new TopicRequest().name("a"))));
    assertEquals("a", response.topics().get(0).name());
    assertEquals(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(), response.topics().get(1).errorCode());
    assertNull(response.nextCursor());
    assertNotNull(response.topics().get(0).partitions().getFirst().eligibleLeaderReplicas());
  }

  @Test
  void refusesCursorsThatLeadNowhere() {
    DescribeTopicPartitionsRequest request =
        new DescribeTopicPartitionsRequest().topics(List.of(new TopicRequest().name("a")));
    assertThrows(
        ApiException.class,
        () -> ask(request.cursor(new Cursor().topicName("b").partitionIndex(0))));
    assertThrows(
        ApiException.class,
        () -> ask(request.cursor(new Cursor().topicName("a").partitionIndex(-1))));
    DescribeTopicPartitionsRequest all =
        new DescribeTopicPartitionsRequest().cursor(new Cursor().topicName("a").partitionIndex(-1));
    ApiException refused = assertThrows(ApiException.class, () -> ask(all));
    assertEquals(
        ErrorCode.INVALID_REQUEST.code(),
        handler.error(all, (short) 0, refused).topics().getFirst().errorCode());
  }
}
