package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Waits for a number of replies that come in any order, from any thread, and hands them on together
 * in the order of their places.
 */
final class Gathering<R> {
  private final AtomicReferenceArray<R> replies;
  private final AtomicInteger awaited;
  private final Consumer<List<R>> whenAll;

  private Gathering(int count, Consumer<List<R>> whenAll) {
    this.replies = new AtomicReferenceArray<>(count);
    this.awaited = new AtomicInteger(count);
    this.whenAll = whenAll;
  }

  /** Asks for each of {@code questions} in turn. */
  static <Q, R> void ask(List<Q> questions, Question<Q, R> question, Consumer<List<R>> whenAll) {
    if (questions.isEmpty()) {
      whenAll.accept(List.of());
      return;
    }
    Gathering<R> gathering = new Gathering<>(questions.size(), whenAll);
    for (int i = 0; i < questions.size(); i++) {
      int place = i;
      question.ask(questions.get(i), reply -> gathering.put(place, reply));
    }
  }

  /** Asks one question; the reply comes exactly once. */
  interface Question<Q, R> {
    void ask(Q question, Consumer<R> reply);
  }

  private void put(int place, R reply) {
    replies.set(place, reply);
    if (awaited.decrementAndGet() == 0) {
      List<R> all = new ArrayList<>(replies.length());
      for (int i = 0; i < replies.length(); i++) {
        all.add(replies.get(i));
      }
      whenAll.accept(all);
    }
  }
}
