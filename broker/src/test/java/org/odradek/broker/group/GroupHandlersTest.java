package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.DeleteGroupsRequest;
import org.odradek.protocol.message.DeleteGroupsResponse;
import org.odradek.protocol.message.DescribeGroupsRequest;
import org.odradek.protocol.message.DescribeGroupsResponse;
import org.odradek.protocol.message.HeartbeatRequest;
import org.odradek.protocol.message.HeartbeatResponse;
import org.odradek.protocol.message.JoinGroupRequest;
import org.odradek.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import org.odradek.protocol.message.JoinGroupResponse;
import org.odradek.protocol.message.LeaveGroupRequest;
import org.odradek.protocol.message.LeaveGroupResponse;
import org.odradek.protocol.message.ListGroupsRequest;
import org.odradek.protocol.message.ListGroupsResponse;
import org.odradek.protocol.message.SyncGroupRequest;
import org.odradek.protocol.message.SyncGroupResponse;

/** Joining, working in and leaving a group, in every version of the APIs. */
class GroupHandlersTest {
  private final GroupHarness harness = new GroupHarness().elected();
  private final HandlerCalls calls = new HandlerCalls(harness);
  private final JoinGroupHandler joins = new JoinGroupHandler(harness.coordinator);
  private final SyncGroupHandler syncs = new SyncGroupHandler(harness.coordinator);
  private final HeartbeatHandler heartbeats = new HeartbeatHandler(harness.coordinator);
  private final LeaveGroupHandler leaves = new LeaveGroupHandler(harness.coordinator);

  private JoinGroupRequest joinRequest(String memberId) {
    return new JoinGroupRequest()
        .groupId("g")
        .memberId(memberId)
        .sessionTimeoutMs(10_000)
        .rebalanceTimeoutMs(60_000)
        .protocolType("consumer")
        .protocols(
            List.of(
                new JoinGroupRequestProtocol()
                    .name("range")
                    .metadata(ByteBuffer.wrap(GroupHarness.subscription("t")))));
  }

  private Reply<JoinGroupResponse> join(int version, String memberId) {
    JoinGroupRequest request = joinRequest(memberId);
    if (version == 0) {
      request.rebalanceTimeoutMs(-1);
    }
    return calls.ask(joins, version, request, JoinGroupResponse::read);
  }

  /** The one member of a stable group of generation 1. */
  private String formed() {
    Reply<JoinGroupResponse> joined = join(3, "");
    harness.advance(3_000);
    String id = joined.get().memberId();
    assertEquals(0, sync(3, id).errorCode());
    return id;
  }

  private SyncGroupResponse sync(int version, String id) {
    return calls
        .ask(
            syncs,
            version,
            new SyncGroupRequest()
                .groupId("g")
                .generationId(1)
                .memberId(id)
                .protocolType(version >= 5 ? "consumer" : null)
                .protocolName(version >= 5 ? "range" : null)
                .assignments(
                    List.of(
                        new SyncGroupRequest.SyncGroupRequestAssignment()
                            .memberId(id)
                            .assignment(ByteBuffer.wrap(new byte[] {7})))),
            SyncGroupResponse::read)
        .get();
  }

  @Test
  void everyVersionJoinsAndRefuses() {
    for (int version = joins.minVersion(); version <= joins.maxVersion(); version++) {
      GroupHandlersTest fresh = new GroupHandlersTest();
      Reply<JoinGroupResponse> joined = fresh.join(version, "");
      if (version >= 4) {
        assertEquals(ErrorCode.MEMBER_ID_REQUIRED.code(), joined.get().errorCode());
        joined = fresh.join(version, joined.get().memberId());
      }
      fresh.harness.advance(3_000);
      assertEquals(0, joined.get().errorCode());
      assertEquals(1, joined.get().generationId());
      assertEquals("range", joined.get().protocolName());
      assertEquals(1, joined.get().members().size());
      assertEquals(version >= 7 ? "consumer" : null, joined.get().protocolType());

      JoinGroupResponse refused = fresh.join(version, "stranger").get();
      assertEquals(ErrorCode.UNKNOWN_MEMBER_ID.code(), refused.errorCode());
      assertEquals(version >= 7 ? null : "", refused.protocolName());
    }
  }

  @Test
  void everyVersionSyncs() {
    for (int version = syncs.minVersion(); version <= syncs.maxVersion(); version++) {
      String id = formed();
      assertEquals(ByteBuffer.wrap(new byte[] {7}), sync(version, id).assignment());
      harness.leave(new MemberIdentity(id, null));
      delete(0);
    }
  }

  @Test
  void versionFiveHasToNameTheProtocol() {
    SyncGroupRequest unnamed = new SyncGroupRequest().groupId("g").generationId(1).memberId("m");
    SyncGroupResponse refusal =
        syncs.error(
            unnamed,
            (short) 5,
            assertThrows(
                RuntimeException.class,
                () -> calls.ask(syncs, 5, unnamed, SyncGroupResponse::read)));
    assertEquals(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.code(), refusal.errorCode());
  }

  @Test
  void everyVersionHeartbeats() {
    String id = formed();
    for (int version = heartbeats.minVersion(); version <= heartbeats.maxVersion(); version++) {
      HeartbeatRequest request = new HeartbeatRequest().groupId("g").generationId(1).memberId(id);
      assertEquals(
          0, calls.ask(heartbeats, version, request, HeartbeatResponse::read).get().errorCode());
      request.generationId(2);
      assertEquals(
          ErrorCode.ILLEGAL_GENERATION.code(),
          calls.ask(heartbeats, version, request, HeartbeatResponse::read).get().errorCode());
    }
  }

  @Test
  void everyVersionLeaves() {
    for (int version = leaves.minVersion(); version <= leaves.maxVersion(); version++) {
      LeaveGroupRequest request = new LeaveGroupRequest().groupId("g");
      String id = formed();
      if (version < 3) {
        request.memberId(id);
      } else {
        request.members(
            List.of(
                new LeaveGroupRequest.MemberIdentity().memberId(id),
                new LeaveGroupRequest.MemberIdentity().memberId("stranger")));
      }
      LeaveGroupResponse left = calls.ask(leaves, version, request, LeaveGroupResponse::read).get();
      assertEquals(0, left.errorCode());
      if (version >= 3) {
        assertEquals(0, left.members().getFirst().errorCode());
        assertEquals(ErrorCode.UNKNOWN_MEMBER_ID.code(), left.members().getLast().errorCode());
      } else {
        assertEquals(
            ErrorCode.UNKNOWN_MEMBER_ID.code(),
            calls.ask(leaves, version, request, LeaveGroupResponse::read).get().errorCode());
      }
      assertEquals("Empty", harness.describe().state());
      delete(0);
    }
  }

  @Test
  void everyVersionDescribes() {
    DescribeGroupsHandler handler = new DescribeGroupsHandler(harness.coordinator);
    String id = formed();
    for (int version = handler.minVersion(); version <= handler.maxVersion(); version++) {
      DescribeGroupsResponse described =
          calls
              .ask(
                  handler,
                  version,
                  new DescribeGroupsRequest()
                      .groups(List.of("g", "missing"))
                      .includeAuthorizedOperations(version >= 3),
                  DescribeGroupsResponse::read)
              .get();
      DescribeGroupsResponse.DescribedGroup group = described.groups().getFirst();
      assertEquals("Stable", group.groupState());
      assertEquals("range", group.protocolData());
      assertEquals(id, group.members().getFirst().memberId());
      assertEquals("/127.0.0.1", group.members().getFirst().clientHost());
      assertEquals(version >= 3 ? 328 : Integer.MIN_VALUE, group.authorizedOperations());
      DescribeGroupsResponse.DescribedGroup missing = described.groups().getLast();
      assertEquals("Dead", missing.groupState());
      assertEquals(version >= 6 ? ErrorCode.GROUP_ID_NOT_FOUND.code() : 0, missing.errorCode());
      assertEquals(version >= 6 ? "Group missing not found." : null, missing.errorMessage());
    }
  }

  @Test
  void everyVersionLists() {
    ListGroupsHandler handler = new ListGroupsHandler(harness.coordinator);
    formed();
    for (int version = handler.minVersion(); version <= handler.maxVersion(); version++) {
      ListGroupsResponse.ListedGroup group =
          list(handler, version, new ListGroupsRequest()).getFirst();
      assertEquals("g", group.groupId());
      assertEquals("consumer", group.protocolType());
      assertEquals(version >= 4 ? "Stable" : "", group.groupState());
      assertEquals(version >= 5 ? "classic" : "", group.groupType());
    }
    assertEquals(
        1, list(handler, 4, new ListGroupsRequest().statesFilter(List.of("stable"))).size());
    assertEquals(
        0, list(handler, 4, new ListGroupsRequest().statesFilter(List.of("Empty"))).size());
    assertEquals(
        1, list(handler, 5, new ListGroupsRequest().typesFilter(List.of("Classic"))).size());
    assertEquals(0, list(handler, 5, new ListGroupsRequest().typesFilter(List.of("share"))).size());
  }

  private List<ListGroupsResponse.ListedGroup> list(
      ListGroupsHandler handler, int version, ListGroupsRequest request) {
    ListGroupsResponse response =
        calls.ask(handler, version, request, ListGroupsResponse::read).get();
    assertEquals(0, response.errorCode());
    return response.groups();
  }

  @Test
  void everyVersionDeletes() {
    for (int version = 0; version <= 2; version++) {
      String id = formed();
      assertEquals(
          List.of(ErrorCode.NON_EMPTY_GROUP.code(), ErrorCode.GROUP_ID_NOT_FOUND.code()),
          delete(version));
      harness.leave(new MemberIdentity(id, null));
      assertEquals(ErrorCode.NONE.code(), delete(version).getFirst().shortValue());
      assertEquals("Dead", harness.describe().state());
    }
  }

  private List<Short> delete(int version) {
    DeleteGroupsHandler handler = new DeleteGroupsHandler(harness.coordinator);
    DeleteGroupsResponse response =
        calls
            .ask(
                handler,
                version,
                new DeleteGroupsRequest().groupsNames(List.of("g", "missing")),
                DeleteGroupsResponse::read)
            .get();
    return response.results().stream()
        .map(DeleteGroupsResponse.DeletableGroupResult::errorCode)
        .toList();
  }

  @Test
  void anUnexpectedFailureHasAnAnswerInEveryShape() {
    RuntimeException failure = new IllegalStateException("broken");
    short code = ErrorCode.UNKNOWN_SERVER_ERROR.code();
    assertEquals(code, joins.error(joinRequest("m"), (short) 9, failure).errorCode());
    assertEquals(code, leaves.error(new LeaveGroupRequest(), (short) 5, failure).errorCode());
    assertEquals(
        code,
        new DescribeGroupsHandler(harness.coordinator)
            .error(new DescribeGroupsRequest().groups(List.of("g")), (short) 0, failure)
            .groups()
            .getFirst()
            .errorCode());
    assertNull(joins.error(joinRequest("m"), (short) 9, failure).protocolName());
    assertTrue(
        new DeleteGroupsHandler(harness.coordinator)
                .error(new DeleteGroupsRequest().groupsNames(List.of("g")), (short) 2, failure)
                .results()
                .getFirst()
                .errorCode()
            == code);
  }
}
