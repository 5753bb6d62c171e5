package org.odradek.broker.tls;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Steps of handshakes that wait for their time, and whose turn is next.
 *
 * <p>Networks of clients take turns, however many steps each has waiting: a crowd from one machine
 * keeps nobody waiting who comes from another. Every other turn is for the newest of the networks
 * that have had none yet, all others for the one that has gone longest without.
 *
 * <p>In a network, every other turn is for a handshake that goes on, the one that has waited
 * longest; the others are for those that begin, alternately the newest and the oldest. When more
 * comes than can be done, some clients have given up by the time that it is their turn; with the
 * oldest first alone, in the end all of them would have. With the newest first alone, one that came
 * amid a crowd would wait until all of it is through.
 *
 * <p>Of {@code n} networks none is passed over for more than {@code 2 n} turns, and of {@code m}
 * beginning steps of one the oldest for no more than four turns of that network.
 *
 * <p>Thread-safety: none. What waits is bounded by who hands it in: one step for each connection,
 * which takes it back when the connection ends.
 */
final class HandshakeTurns {
  private final Map<Object, Network> byClient = new HashMap<>();

  /** All of them, the one that has gone longest without a turn first. */
  private final NavigableMap<Long, Network> rotation = new TreeMap<>();

  /** Those without a turn yet. */
  private final NavigableMap<Long, Network> newcomers = new TreeMap<>();

  private long nextNumber;
  private boolean wasNewest;
  private int count;

  /** A step that waits. */
  static final class Turn {
    private final Network network;
    private final boolean goesOn;
    private final long number;
    private final Runnable step;

    private Turn(Network network, boolean goesOn, long number, Runnable step) {
      this.network = network;
      this.goesOn = goesOn;
      this.number = number;
      this.step = step;
    }
  }

  /** Where clients come from; there is one as long as a step of them waits. */
  private static final class Network {
    final Object client;
    final NavigableMap<Long, Turn> beginning = new TreeMap<>();
    final NavigableMap<Long, Turn> goingOn = new TreeMap<>();

    /** Its key in the rotation. */
    long place;

    private boolean wasGoingOn;
    private boolean wasNewest;

    Network(Object client, long place) {
      this.client = client;
      this.place = place;
    }

    NavigableMap<Long, Turn> of(boolean goesOn) {
      return goesOn ? goingOn : beginning;
    }

    boolean isEmpty() {
      return beginning.isEmpty() && goingOn.isEmpty();
    }

    /** Not to be called when there is none. */
    Turn next() {
      wasGoingOn = beginning.isEmpty() || (!goingOn.isEmpty() && !wasGoingOn);
      if (wasGoingOn) {
        return goingOn.firstEntry().getValue();
      }
      wasNewest = !wasNewest;
      return (wasNewest ? beginning.lastEntry() : beginning.firstEntry()).getValue();
    }
  }

  /**
   * Lets a step wait for its turn.
   *
   * @param client equal for all clients of a network
   * @param goesOn whether it is not the first of its handshake
   */
  Turn add(Object client, boolean goesOn, Runnable step) {
    Network network = byClient.get(client);
    if (network == null) {
      network = new Network(client, nextNumber++);
      byClient.put(client, network);
      rotation.put(network.place, network);
      newcomers.put(network.place, network);
    }
    Turn turn = new Turn(network, goesOn, nextNumber++, step);
    network.of(goesOn).put(turn.number, turn);
    count++;
    return turn;
  }

  /** Takes a step back; nothing happens when it has had its turn. */
  void remove(Turn turn) {
    Network network = turn.network;
    if (network.of(turn.goesOn).remove(turn.number) == null) {
      return;
    }
    count--;
    if (network.isEmpty()) {
      byClient.remove(network.client);
      rotation.remove(network.place);
      newcomers.remove(network.place);
    }
  }

  /** The step whose turn it is, which does not wait any more; null when none does. */
  @Nullable Runnable next() {
    if (rotation.isEmpty()) {
      return null;
    }
    wasNewest = !wasNewest && !newcomers.isEmpty();
    Network network = (wasNewest ? newcomers.lastEntry() : rotation.firstEntry()).getValue();
    Turn turn = network.next();
    rotation.remove(network.place);
    newcomers.remove(network.place);
    network.place = nextNumber++;
    rotation.put(network.place, network);
    remove(turn);
    return turn.step;
  }

  /** Steps that wait. */
  int count() {
    return count;
  }
}
