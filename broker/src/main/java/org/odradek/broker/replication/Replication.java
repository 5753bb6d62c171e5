package org.odradek.broker.replication;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.ReplicaFollowing;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All fetchers of this broker: {@code num.replica.fetchers} for each leader that it follows, made
 * when they are needed, ended when they are not.
 *
 * <p>Thread-safety: any thread. Nothing waits for a fetcher; see {@link ReplicaFollowing} for why
 * nothing has to.
 */
public final class Replication implements ReplicaFollowing, AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Replication.class);

  private static final long CLOSE_MAX_MS = 3_000;

  private final FetcherServices services;
  private final LeaderEndpoints endpoints;
  private final Executor pool;

  /** What is to be followed, and by whom; changed under the lock of this, read by fetchers too. */
  private final Map<TopicPartition, Assignment> assignments = new ConcurrentHashMap<>();

  private final Map<FetcherKey, Running> fetchers = new HashMap<>();
  private int fetchersPerLeader;
  private boolean departing;
  private boolean closed;

  private record FetcherKey(int leader, int index) {}

  private record Assignment(Target target, FetcherKey fetcher) {}

  /** A fetcher, and how many partitions are assigned to it. */
  private static final class Running {
    final ReplicaFetcher fetcher;
    final Executor owner;
    int assigned;

    Running(ReplicaFetcher fetcher, Executor owner) {
      this.fetcher = fetcher;
      this.owner = owner;
    }
  }

  /**
   * @param pool where fetchers run; its tasks may wait for disks
   * @param fetchersPerLeader {@code num.replica.fetchers}
   */
  public Replication(
      FetcherServices services, LeaderEndpoints endpoints, Executor pool, int fetchersPerLeader) {
    this.services = services;
    this.endpoints = endpoints;
    this.pool = pool;
    this.fetchersPerLeader = fetchersPerLeader;
  }

  @Override
  public synchronized void follow(List<Target> targets) {
    if (closed) {
      return;
    }
    Map<FetcherKey, List<TopicPartition>> leaving = new LinkedHashMap<>();
    Map<FetcherKey, List<Assignment>> joining = new LinkedHashMap<>();
    for (Target target : targets) {
      TopicPartition named = target.partition().topicPartition();
      if (departing && !assignments.containsKey(named)) {
        continue;
      }
      Assignment next = new Assignment(target, keyOf(target));
      Assignment before = assignments.put(named, next);
      if (before != null && !before.fetcher.equals(next.fetcher)) {
        leaving.computeIfAbsent(before.fetcher, key -> new ArrayList<>()).add(named);
      }
      joining.computeIfAbsent(next.fetcher, key -> new ArrayList<>()).add(next);
      count(next.fetcher, before);
    }
    leaving.forEach(this::remove);
    joining.forEach(this::add);
    endIdle();
  }

  /**
   * This broker is about to stop: replicas whose leads move to other brokers from now on follow
   * nobody. They would catch up at once, and be taken back into ISRs that they have just been led
   * out of; where that is agreed on only after this broker has gone, nothing counts as replicated
   * until the new leader has found out by the lag ({@code replica.lag.time.max.ms}). Those that
   * follow already go on until the controller ends them: the leaders wait for them till then.
   */
  public synchronized void depart() {
    departing = true;
  }

  private void count(FetcherKey key, @Nullable Assignment before) {
    running(key).assigned++;
    if (before != null) {
      running(before.fetcher).assigned--;
    }
  }

  @Override
  public synchronized void stopFollowing(Collection<TopicPartition> partitions) {
    Map<FetcherKey, List<TopicPartition>> leaving = new LinkedHashMap<>();
    for (TopicPartition each : partitions) {
      Assignment before = assignments.remove(each);
      if (before != null) {
        leaving.computeIfAbsent(before.fetcher, key -> new ArrayList<>()).add(each);
        running(before.fetcher).assigned--;
      }
    }
    leaving.forEach(this::remove);
    endIdle();
  }

  /**
   * Changes {@code num.replica.fetchers}. A partition that changes fetchers is given up by the one
   * before the other takes it: both would follow in the same leader epoch.
   */
  public synchronized void resize(int newFetchersPerLeader) {
    if (closed || newFetchersPerLeader == fetchersPerLeader) {
      return;
    }
    logger.info(
        "{} fetchers for each leader from now on, {} before",
        newFetchersPerLeader,
        fetchersPerLeader);
    fetchersPerLeader = newFetchersPerLeader;
    Map<FetcherKey, List<Assignment>> moving = new LinkedHashMap<>();
    assignments.replaceAll((named, before) -> {
      Assignment next = new Assignment(before.target, keyOf(before.target));
      if (next.fetcher.equals(before.fetcher)) {
        return before;
      }
      count(next.fetcher, before);
      moving.computeIfAbsent(before.fetcher, key -> new ArrayList<>()).add(next);
      return next;
    });
    moving.forEach((from, all) -> {
      Running old = running(from);
      Map<FetcherKey, List<Assignment>> byFetcher = new LinkedHashMap<>();
      for (Assignment each : all) {
        byFetcher.computeIfAbsent(each.fetcher, key -> new ArrayList<>()).add(each);
      }
      Map<Running, List<Assignment>> to = new LinkedHashMap<>();
      byFetcher.forEach((key, assigned) -> to.put(running(key), assigned));
      old.owner.execute(() -> {
        old.fetcher.remove(
            all.stream().map(each -> each.target.partition().topicPartition()).toList());
        to.forEach(this::hand);
      });
    });
    endIdle();
  }

  private FetcherKey keyOf(Target target) {
    TopicPartition named = target.partition().topicPartition();
    int hash = 31 * named.topic().hashCode() + named.partition();
    return new FetcherKey(target.leader(), Math.floorMod(hash, fetchersPerLeader));
  }

  private Running running(FetcherKey key) {
    return fetchers.computeIfAbsent(key, this::start);
  }

  private Running start(FetcherKey key) {
    String name = "Fetcher " + key.index + " from broker " + key.leader;
    SerialExecutor owner = new SerialExecutor(name, pool);
    ReplicaFetcher fetcher =
        new ReplicaFetcher(name, services, endpoints.connect(key.leader, key.index), owner);
    return new Running(fetcher, owner);
  }

  private void remove(FetcherKey key, List<TopicPartition> partitions) {
    Running from = running(key);
    from.owner.execute(() -> {
      List<FollowedPartition> removed = from.fetcher.remove(partitions);
      logger.debug("{} partitions are not fetched from broker {} now", removed.size(), key.leader);
    });
  }

  private void add(FetcherKey key, List<Assignment> joining) {
    hand(running(key), joining);
  }

  private void hand(Running to, List<Assignment> joining) {
    to.owner.execute(() -> {
      List<Target> targets = new ArrayList<>(joining.size());
      for (Assignment each : joining) {
        // somebody may have thought better of it; whoever did hands in a removal after this
        if (assignments.get(each.target.partition().topicPartition()) == each) {
          targets.add(each.target);
        }
      }
      to.fetcher.add(targets);
    });
  }

  private void endIdle() {
    fetchers
        .values()
        .removeIf(running -> {
          if (running.assigned > 0) {
            return false;
          }
          running.owner.execute(running.fetcher::close);
          return true;
        });
  }

  /** How many fetchers there are. */
  synchronized int size() {
    return fetchers.size();
  }

  /** Ends all fetchers; completes when what they were doing has come to its end. */
  synchronized CompletableFuture<Void> end() {
    closed = true;
    assignments.clear();
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Running running : fetchers.values()) {
      ends.add(CompletableFuture.runAsync(running.fetcher::close, running.owner));
    }
    fetchers.clear();
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  /**
   * Ends all fetchers, and waits a little for what they are doing: the logs are closed next. The
   * pool has to be running still.
   */
  @Override
  public void close() {
    try {
      end().get(CLOSE_MAX_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      logger.warn("Fetchers have not come to an end: {}", String.valueOf(e));
    }
  }
}
