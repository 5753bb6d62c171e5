package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;

class TopicAssignmentsTest {
  private static final int PARTITIONS = 40_000;

  /** Each partition that moves is in its topic's znode three times. */
  @Test
  void tellsTopicsWhoseZnodeWouldBeTooLarge() {
    ControllerContext context = new ControllerContext();
    TreeMap<Integer, ReplicaAssignment> before = new TreeMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      before.put(i, ReplicaAssignment.of(List.of(1, 2, 3)));
    }
    context.putTopic(new TopicInfo("t", new Uuid(1, 2), before));
    TopicAssignments assignments = new TopicAssignments(context, unusedStore(context));
    assertEquals(Set.of(), assignments.tooLarge(moved(1_000)));
    assertEquals(Set.of("t"), assignments.tooLarge(moved(PARTITIONS)));
  }

  private static Map<TopicPartition, ReplicaAssignment> moved(int count) {
    Map<TopicPartition, ReplicaAssignment> moved = new HashMap<>();
    for (int i = 0; i < count; i++) {
      moved.put(
          new TopicPartition("t", i),
          ReplicaAssignment.of(List.of(1, 2, 3)).reassignTo(List.of(4, 5, 6)));
    }
    return moved;
  }

  private static ControllerStore unusedStore(ControllerContext context) {
    ZooKeeperSession session =
        (ZooKeeperSession)
            Proxy.newProxyInstance(
                ZooKeeperSession.class.getClassLoader(),
                new Class<?>[] {ZooKeeperSession.class},
                (proxy, method, arguments) -> {
                  throw new AssertionError(method);
                });
    return new ControllerStore(session, Runnable::run, context);
  }
}
