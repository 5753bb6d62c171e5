package org.odradek.controller.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {
  /** A handle whose connection and answers a test decides. */
  private static final class HeldHandle implements PendingRequests.Handle {
    boolean isAlive = true;
    boolean isConnected = true;
    final List<Sent> sent = new ArrayList<>();

    @Override
    public boolean isAlive() {
      return isAlive;
    }

    @Override
    public boolean isConnecting() {
      return isAlive && !isConnected;
    }

    List<String> paths() {
      return sent.stream().map(Sent::path).toList();
    }

    /** All that was sent loses its connection, and there is none. */
    void lose() {
      isConnected = false;
      loseRequests();
    }

    /** As when a request's loss is told after the next connection has come. */
    void loseRequests() {
      List<Sent> lost = List.copyOf(sent);
      sent.clear();
      lost.forEach(
          each -> each.reply.complete(Code.CONNECTIONLOSS.intValue(), each.path, () -> ""));
    }
  }

  private record Sent(String path, Reply<String> reply) {}

  private final PendingRequests<HeldHandle> requests = new PendingRequests<>();
  private final HeldHandle handle = new HeldHandle();

  @BeforeEach
  void begin() {
    requests.sendBy(handle);
    requests.connected();
  }

  @Test
  void whatLosesItsConnectionIsSentAgainInOrderOverTheNext() {
    CompletableFuture<String> a = send("/a");
    CompletableFuture<String> b = send("/b");
    handle.lose();
    assertEquals(List.of(), handle.paths());
    reconnect();
    assertEquals(List.of("/a", "/b"), handle.paths());
    handle.sent.forEach(each -> each.reply.succeed("answer to " + each.path));
    assertEquals("answer to /a", a.join());
    assertEquals("answer to /b", b.join());
  }

  @Test
  void suspectsAreSentOneAtATimeAndOnlyTheCauseIsGivenUp() {
    CompletableFuture<String> cause = send("/cause");
    CompletableFuture<String> other = send("/other");
    for (int i = 0; i < PendingRequests.LOSSES_OF_SUSPECT; i++) {
      assertEquals(2, handle.sent.size());
      handle.lose();
      reconnect();
    }
    assertEquals(List.of("/cause"), handle.paths());
    CompletableFuture<String> fresh = send("/fresh");
    handle.sent.removeLast().reply.succeed("");
    fresh.join();

    handle.lose();
    reconnect();
    assertEquals(List.of("/other"), handle.paths());
    handle.sent.removeFirst().reply.succeed("");
    other.join();
    for (int i = PendingRequests.LOSSES_OF_SUSPECT + 1; i <= PendingRequests.LOSSES_MAX; i++) {
      assertFalse(cause.isDone());
      assertEquals(List.of("/cause"), handle.paths());
      handle.lose();
      reconnect();
    }
    assertEquals(Code.CONNECTIONLOSS, failure(cause));
    assertEquals(List.of(), handle.paths());
  }

  @Test
  void lossesCountOnceForAConnection() {
    CompletableFuture<String> request = send("/a");
    for (int i = 0; i < 2 * PendingRequests.LOSSES_MAX; i++) {
      handle.loseRequests();
      assertEquals(List.of("/a"), handle.paths());
    }
    assertFalse(request.isDone());
  }

  @Test
  void whatWaitsForAHandleThatIsReplacedFails() {
    CompletableFuture<String> old = send("/old");
    handle.lose();
    handle.isAlive = false;
    HeldHandle next = new HeldHandle();
    requests.sendBy(next);
    CompletableFuture<String> fresh = send("/fresh");
    requests.failThoseOfOldHandles();
    assertEquals(Code.SESSIONEXPIRED, failure(old));
    assertEquals(List.of("/fresh"), next.paths());
    next.sent.getFirst().reply.succeed("");
    fresh.join();
  }

  @Test
  void nothingIsSentOrLeftWaitingAfterTheEnd() {
    CompletableFuture<String> waiting = send("/waiting");
    handle.lose();
    reconnect();
    CompletableFuture<String> onItsWay = send("/on-its-way");
    Sent late = handle.sent.getLast();
    handle.sent.removeLast();
    handle.lose();
    requests.close();
    assertEquals(Code.SESSIONEXPIRED, failure(waiting));
    late.reply.complete(Code.CONNECTIONLOSS.intValue(), late.path, () -> "");
    assertEquals(Code.SESSIONEXPIRED, failure(onItsWay));
    assertEquals(Code.SESSIONEXPIRED, failure(send("/after")));
    assertEquals(List.of(), handle.paths());
  }

  private void reconnect() {
    handle.isConnected = true;
    requests.connected();
  }

  private CompletableFuture<String> send(String path) {
    return requests.send(path, (by, reply) -> by.sent.add(new Sent(path, reply)));
  }

  private static Code failure(CompletableFuture<String> request) {
    CompletionException failure = assertThrows(CompletionException.class, request::join);
    return assertInstanceOf(KeeperException.class, failure.getCause()).code();
  }
}
