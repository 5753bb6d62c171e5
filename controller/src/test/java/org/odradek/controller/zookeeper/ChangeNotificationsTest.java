package org.odradek.controller.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException.Code;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** With a session that fails when it is told to, and a timer whose time the test lets pass. */
class ChangeNotificationsTest {
  private record Delayed(Runnable task, long delayMs) {}

  private final FailingSession session = new FailingSession("/changes");
  private final Deque<Delayed> timer = new ArrayDeque<>();
  private final List<String> heard = new ArrayList<>();
  private final ChangeNotifications.Follower follower =
      new ChangeNotifications.Follower() {
        @Override
        public CompletableFuture<Void> loadAll() {
          return session.readIfPresent("/all", false).thenAccept(znode -> heard.add("all"));
        }

        @Override
        public CompletableFuture<Void> changed(String path, byte @Nullable [] notification) {
          heard.add(notification == null ? "?" : new String(notification, StandardCharsets.UTF_8));
          return CompletableFuture.completedFuture(null);
        }
      };

  private void follow() {
    new ChangeNotifications(
            session,
            "/changes/change_",
            () -> 0,
            (task, delayMs) -> timer.add(new Delayed(task, delayMs)),
            follower)
        .start()
        .join();
    assertEquals(List.of("all"), heard());
  }

  private List<String> heard() {
    List<String> copy = List.copyOf(heard);
    heard.clear();
    return copy;
  }

  private long runNext() {
    Delayed next = timer.removeFirst();
    next.task.run();
    return next.delayMs;
  }

  @Test
  void aNotificationThatCannotBeReadIsReadAgainWithEverythingInEverLongerPauses() {
    follow();
    session.fail("/changes/change_0", Code.CONNECTIONLOSS);
    session.notice("change_0", "a");
    assertEquals(List.of(), heard());
    session.fail("/all", Code.CONNECTIONLOSS);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      pauses.add(runNext());
      assertEquals(List.of(), heard());
    }
    assertEquals(
        List.of(200L, 400L, 800L, 1_600L, 3_200L, 6_400L, 12_800L, 25_600L, 30_000L, 30_000L),
        pauses);
    session.succeed("/all");
    runNext();
    assertEquals(List.of("all"), heard());
    assertEquals(0, timer.size());

    session.fail("/changes/change_1", Code.CONNECTIONLOSS);
    session.notice("change_1", "b");
    assertEquals(200, runNext());
    assertEquals(List.of("all"), heard());
  }

  @Test
  void namesThatCannotBeListedAreListedAgain() {
    follow();
    session.fail("/changes", Code.CONNECTIONLOSS);
    session.notice("change_0", "a");
    session.succeed("/changes");
    session.notice("change_1", "b"); // nobody watches any more
    assertEquals(List.of(), heard());
    runNext();
    assertEquals(List.of("all"), heard());
    session.notice("change_2", "c");
    assertEquals(List.of("c"), heard());
    assertEquals(0, timer.size());
  }

  @Test
  void whatAChangeCausesToBeReadIsNotReadOnceMore() {
    follow();
    session.fail("/changes/change_0", Code.CONNECTIONLOSS);
    session.notice("change_0", "a");
    session.notice("change_1", "b");
    assertEquals(List.of("all"), heard());
    runNext();
    assertEquals(List.of(), heard());
    assertEquals(0, timer.size());
  }

  @Test
  void aDirectoryThatCannotBeMadeAgainIsMadeLater() {
    follow();
    session.fail("/changes", Code.NONODE); // as when its parent is not there either
    session.directoryRemoved();
    assertEquals(List.of(), heard());
    runNext();
    assertEquals(List.of(), heard());
    session.succeed("/changes");
    runNext();
    assertEquals(List.of("all"), heard());
    session.notice("change_0", "a");
    assertEquals(List.of("a"), heard());
    assertTrue(timer.isEmpty(), timer.toString());
  }
}
