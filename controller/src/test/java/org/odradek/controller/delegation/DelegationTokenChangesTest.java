package org.odradek.controller.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.TestCluster;
import org.odradek.controller.znode.DelegationTokenCodec;
import org.odradek.controller.znode.DelegationTokenInfo;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;

class DelegationTokenChangesTest {
  private static final String FOREIGN = "MVyZXRRRQeG1MI1jgpTPgw";

  /** As a broker of 3.9.2 wrote it. */
  private static final String OF_KAFKA =
      "{\"issueTimestamp\":1795347504863,\"renewers\":[\"User%3Abob\"],\"tokenRequester\":"
          + "\"User%3Aalice\",\"tokenId\":\"MVyZXRRRQeG1MI1jgpTPgw\",\"owner\":\"User%3Aalice\","
          + "\"expiryTimestamp\":1795433904863,\"maxTimestamp\":1795952304863,\"version\":3}";

  @TempDir Path directory;
  private TestCluster cluster;
  private ZooKeeperClient session;
  private ZooKeeperClient other;
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    session = cluster.session();
    other = cluster.session();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void tokensOfOtherBrokersAreHeardOf() throws Exception {
    DelegationTokenStore store = new DelegationTokenStore(other);
    store.prepare().join();
    other.create(ZnodePaths.delegationToken(FOREIGN), bytes(OF_KAFKA), CreateMode.PERSISTENT);
    other.create(ZnodePaths.delegationToken("spoilt"), bytes("{}"), CreateMode.PERSISTENT).join();
    follow();
    assertEquals("all [" + FOREIGN + "]", next());

    DelegationTokenInfo token = token("a", "User:alice");
    store.create(token).join();
    assertEquals("is a until 20", next());
    store.update(token.expiringAt(30)).join();
    assertEquals("is a until 30", next());
    other.create(ZnodePaths.DELEGATION_TOKEN_CHANGE_PREFIX, null, CreateMode.PERSISTENT_SEQUENTIAL);
    store.remove("a").join();
    store.remove("a").join();
    assertEquals("removed a", next());
    assertEquals(Optional.empty(), store.read("a").join());
    assertTrue(heard.isEmpty(), heard.toString());
  }

  private void follow() {
    new DelegationTokenChanges(
            session,
            System::currentTimeMillis,
            (task, delayMs) -> {},
            new DelegationTokenChanges.Listener() {
              @Override
              public void tokensAre(List<DelegationTokenInfo> tokens) {
                heard.add("all " + tokens.stream().map(DelegationTokenInfo::tokenId).toList());
              }

              @Override
              public void tokenIs(DelegationTokenInfo token) {
                heard.add("is " + token.tokenId() + " until " + token.expiryTimestampMs());
              }

              @Override
              public void tokenRemoved(String tokenId) {
                heard.add("removed " + tokenId);
              }
            })
        .start()
        .join();
  }

  @Test
  void theFormIsKafkas() {
    DelegationTokenInfo foreign = DelegationTokenCodec.decode("x", bytes(OF_KAFKA));
    assertEquals(
        new DelegationTokenInfo(
            FOREIGN,
            "User:alice",
            "User:alice",
            List.of("User:bob"),
            1795347504863L,
            1795433904863L,
            1795952304863L),
        foreign);
    assertEquals(
        "{\"version\":1,\"owner\":\"User%3Aa%20%2A%2Fb\",\"renewers\":[],\"issueTimestamp\":10,"
            + "\"maxTimestamp\":40,\"expiryTimestamp\":20,\"tokenId\":\"i\"}",
        text(token("i", "User:a */b")));
    DelegationTokenInfo forAnother =
        new DelegationTokenInfo("i", "User:b", "User:a", List.of("User:c"), 1, 2, 3);
    assertTrue(text(forAnother).startsWith("{\"version\":3,"), text(forAnother));
    assertEquals(
        forAnother, DelegationTokenCodec.decode("x", DelegationTokenCodec.encode(forAnother)));
    for (String bad :
        List.of("4,\"owner\":\"User:a\"", "1,\"owner\":\"%3Aa\"", "1,\"owner\":\"%\"")) {
      assertThrows(
          ZnodeFormatException.class,
          () ->
              DelegationTokenCodec.decode(
                  "x", bytes(OF_KAFKA.replace("\"version\":3", "\"version\":" + bad))));
    }
    assertThrows(
        ZnodeFormatException.class, () -> DelegationTokenCodec.decodeChange("x", bytes("a/b")));
  }

  private static DelegationTokenInfo token(String id, String owner) {
    return new DelegationTokenInfo(id, owner, owner, List.of(), 10, 20, 40);
  }

  private static String text(DelegationTokenInfo token) {
    return new String(DelegationTokenCodec.encode(token), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String next() throws InterruptedException {
    return Objects.requireNonNull(heard.poll(30, TimeUnit.SECONDS), "nothing heard");
  }
}
