package org.odradek.broker.training;

import static org.odradek.broker.training.TopicTraffic.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.odradek.broker.network.ClientConnection;
import org.odradek.broker.training.TopicTraffic.Topic;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.FindCoordinatorRequest;
import org.odradek.protocol.message.FindCoordinatorResponse;
import org.odradek.protocol.message.HeartbeatRequest;
import org.odradek.protocol.message.HeartbeatResponse;
import org.odradek.protocol.message.JoinGroupRequest;
import org.odradek.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import org.odradek.protocol.message.JoinGroupResponse;
import org.odradek.protocol.message.LeaveGroupRequest;
import org.odradek.protocol.message.LeaveGroupResponse;
import org.odradek.protocol.message.OffsetCommitRequest;
import org.odradek.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import org.odradek.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import org.odradek.protocol.message.OffsetCommitResponse;
import org.odradek.protocol.message.OffsetFetchRequest;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import org.odradek.protocol.message.OffsetFetchResponse;
import org.odradek.protocol.message.SyncGroupRequest;
import org.odradek.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import org.odradek.protocol.message.SyncGroupResponse;

/**
 * A group of one member, which asks where it was, and commits. Ages of clients are versions here
 * too.
 */
final class GroupTraffic {
  private static final String GROUP = "training";
  private static final String PROTOCOL_TYPE = "consumer";
  private static final String PROTOCOL = "range";
  private static final long COORDINATOR_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ClientConnection connection;
  private final Topic topic;

  GroupTraffic(ClientConnection connection, Topic topic) {
    this.connection = connection;
    this.topic = topic;
  }

  /** Joins, asks for its offsets, commits this often, and leaves. */
  void live(int commits) throws IOException {
    awaitCoordinator();
    JoinGroupResponse joined = join("");
    if (joined.errorCode() == ErrorCode.MEMBER_ID_REQUIRED.code()) {
      joined = join(joined.memberId());
    }
    check(joined.errorCode());
    String member = joined.memberId();
    int generation = joined.generationId();
    sync(member, generation);
    askForCommitted(7);
    askForCommitted(9);
    for (int i = 0; i < commits; i++) {
      heartbeat(member, generation);
      commit(member, generation, i);
    }
    leave(member);
  }

  private void awaitCoordinator() throws IOException {
    long deadline = System.nanoTime() + COORDINATOR_MAX_NANOS;
    var request = new FindCoordinatorRequest().key(GROUP);
    short error;
    do {
      error =
          connection
              .ask(ApiKey.FIND_COORDINATOR, 2, request, FindCoordinatorResponse.class)
              .errorCode();
    } while (error != ErrorCode.NONE.code() && System.nanoTime() - deadline < 0);
    check(error);
  }

  private JoinGroupResponse join(String member) throws IOException {
    long deadline = System.nanoTime() + COORDINATOR_MAX_NANOS;
    var protocol =
        new JoinGroupRequestProtocol().name(PROTOCOL).metadata(ByteBuffer.wrap(new byte[20]));
    var request =
        new JoinGroupRequest()
            .groupId(GROUP)
            .sessionTimeoutMs(10_000)
            .rebalanceTimeoutMs(10_000)
            .memberId(member)
            .protocolType(PROTOCOL_TYPE)
            .protocols(List.of(protocol));
    JoinGroupResponse response;
    do {
      response = connection.ask(ApiKey.JOIN_GROUP, 7, request, JoinGroupResponse.class);
    } while (isLoading(response.errorCode()) && System.nanoTime() - deadline < 0);
    return response;
  }

  private static boolean isLoading(short error) {
    return error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code()
        || error == ErrorCode.NOT_COORDINATOR.code();
  }

  private void sync(String member, int generation) throws IOException {
    var assignment =
        new SyncGroupRequestAssignment().memberId(member).assignment(ByteBuffer.wrap(new byte[20]));
    var request =
        new SyncGroupRequest()
            .groupId(GROUP)
            .generationId(generation)
            .memberId(member)
            .protocolType(PROTOCOL_TYPE)
            .protocolName(PROTOCOL)
            .assignments(List.of(assignment));
    check(connection.ask(ApiKey.SYNC_GROUP, 5, request, SyncGroupResponse.class).errorCode());
  }

  private void heartbeat(String member, int generation) throws IOException {
    var request = new HeartbeatRequest().groupId(GROUP).generationId(generation).memberId(member);
    check(connection.ask(ApiKey.HEARTBEAT, 4, request, HeartbeatResponse.class).errorCode());
  }

  private void commit(String member, int generation, long offset) throws IOException {
    var partition =
        new OffsetCommitRequestPartition()
            .partitionIndex(0)
            .committedOffset(offset)
            .committedMetadata("");
    var request =
        new OffsetCommitRequest()
            .groupId(GROUP)
            .generationIdOrMemberEpoch(generation)
            .memberId(member)
            .topics(
                List.of(
                    new OffsetCommitRequestTopic()
                        .name(topic.name())
                        .partitions(List.of(partition))));
    var response = connection.ask(ApiKey.OFFSET_COMMIT, 8, request, OffsetCommitResponse.class);
    check(response.topics().getFirst().partitions().getFirst().errorCode());
  }

  /**
   * Asks where to begin, of all partitions. From version 8 on a request may be about several
   * groups.
   */
  private void askForCommitted(int version) throws IOException {
    List<Integer> partitions = IntStream.range(0, topic.partitions()).boxed().toList();
    var request = new OffsetFetchRequest();
    if (version < 8) {
      request
          .groupId(GROUP)
          .topics(
              List.of(
                  new OffsetFetchRequestTopic().name(topic.name()).partitionIndexes(partitions)));
    } else {
      request.groups(
          List.of(
              new OffsetFetchRequestGroup()
                  .groupId(GROUP)
                  .topics(
                      List.of(
                          new OffsetFetchRequestTopics()
                              .name(topic.name())
                              .partitionIndexes(partitions)))));
    }
    var response = connection.ask(ApiKey.OFFSET_FETCH, version, request, OffsetFetchResponse.class);
    check(version < 8 ? response.errorCode() : response.groups().getFirst().errorCode());
  }

  private void leave(String member) throws IOException {
    var request =
        new LeaveGroupRequest()
            .groupId(GROUP)
            .members(List.of(new LeaveGroupRequest.MemberIdentity().memberId(member)));
    check(connection.ask(ApiKey.LEAVE_GROUP, 4, request, LeaveGroupResponse.class).errorCode());
  }
}
