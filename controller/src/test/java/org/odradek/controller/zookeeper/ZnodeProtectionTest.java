package org.odradek.controller.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.junit.jupiter.api.Test;

/** What a broker of 3.9.2 was seen to do with zookeeper.set.acl=true. */
class ZnodeProtectionTest {
  private static final List<ACL> OWN = ZooDefs.Ids.CREATOR_ALL_ACL;
  private static final List<ACL> READABLE =
      List.of(ZooDefs.Ids.CREATOR_ALL_ACL.getFirst(), ZooDefs.Ids.READ_ACL_UNSAFE.getFirst());

  @Test
  void securedNodesCanBeReadUnlessTheyHoldCredentials() {
    for (String path :
        List.of(
            "/k",
            "/brokers/ids/0",
            "/config/topics/t",
            "/config/clients/c",
            "/delegation_token",
            "/delegation_token/token_changes/token_change_",
            "/kafka-acl/Topic/t")) {
      assertEquals(READABLE, ZnodeProtection.SECURED.acls(path), path);
    }
    for (String path :
        List.of(
            "/config/users",
            "/config/users/alice",
            "/config/brokers/0",
            "/delegation_token/tokens",
            "/delegation_token/tokens/x")) {
      assertEquals(OWN, ZnodeProtection.SECURED.acls(path), path);
    }
    assertEquals(ZooDefs.Ids.OPEN_ACL_UNSAFE, ZnodeProtection.SECURED.acls("/consumers"));
  }

  @Test
  void openNodesAreOpen() {
    for (String path : List.of("/config/users/alice", "/brokers/ids/0")) {
      assertEquals(ZooDefs.Ids.OPEN_ACL_UNSAFE, ZnodeProtection.OPEN.acls(path), path);
    }
  }
}
