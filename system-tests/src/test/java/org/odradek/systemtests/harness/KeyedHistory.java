package org.odradek.systemtests.harness;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What producers have sent and what was acknowledged to them, where the records of each key are
 * numbered from 0; and what must hold of a log in which they end. Used by any threads.
 */
public final class KeyedHistory {
  private static final int MESSAGES_MAX = 20;

  private final Map<String, Integer> sent = new HashMap<>();
  private final Map<String, BitSet> acknowledged = new HashMap<>();
  private long acknowledgedCount;

  /**
   * A record as it was read.
   *
   * @param number which of its key's records it is, from 0
   */
  public record Read(int partition, long offset, String key, int number) {}

  /** Gives the next record of a key its number: it is about to be sent. */
  public synchronized int next(String key) {
    int number = sent.getOrDefault(key, 0);
    sent.put(key, number + 1);
    return number;
  }

  /** The broker has said that it keeps this record. */
  public synchronized void acknowledged(String key, int number) {
    acknowledged.computeIfAbsent(key, unused -> new BitSet()).set(number);
    acknowledgedCount++;
  }

  public synchronized long acknowledgedCount() {
    return acknowledgedCount;
  }

  public synchronized long sentCount() {
    return sent.values().stream().mapToLong(Integer::longValue).sum();
  }

  /**
   * What is wrong with a log that was read from its beginning to its end; empty when each record
   * that was acknowledged is there, none is there twice, those of a key are in order within their
   * partition, and there is none that was never sent.
   *
   * @param read in order of offset within each partition
   */
  public synchronized List<String> violations(Collection<Read> read) {
    var violations = new ArrayList<String>();
    var found = new HashMap<String, BitSet>();
    var last = new HashMap<String, Read>();
    for (Read record : read) {
      if (record.number() < 0 || record.number() >= sent.getOrDefault(record.key(), 0)) {
        violations.add("never sent: " + record);
        continue;
      }
      BitSet numbers = found.computeIfAbsent(record.key(), unused -> new BitSet());
      if (numbers.get(record.number())) {
        violations.add("there twice: " + record);
      }
      numbers.set(record.number());
      Read before = last.put(record.key() + " in " + record.partition(), record);
      if (before != null && before.number() > record.number()) {
        violations.add("out of order: " + record + " after " + before);
      }
    }
    new TreeMap<>(acknowledged)
        .forEach((key, numbers) -> {
          BitSet lost = (BitSet) numbers.clone();
          lost.andNot(found.getOrDefault(key, new BitSet()));
          if (!lost.isEmpty()) {
            violations.add("acknowledged and lost: of key " + key + " the records " + lost);
          }
        });
    return violations;
  }

  /** Fails with the first of the violations. */
  public void check(Collection<Read> read) {
    List<String> violations = violations(read);
    if (!violations.isEmpty()) {
      throw new AssertionError(
          violations.size()
              + " violations among "
              + read.size()
              + " records read of "
              + sentCount()
              + " sent, "
              + acknowledgedCount()
              + " of them acknowledged:\n"
              + String.join(
                  "\n", violations.subList(0, Math.min(MESSAGES_MAX, violations.size()))));
    }
  }
}
