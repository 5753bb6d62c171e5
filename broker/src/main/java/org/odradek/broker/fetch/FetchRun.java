package org.odradek.broker.fetch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.fetch.FetchReads.Result;
import org.odradek.broker.fetch.FetchReads.Results;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.PartitionTraffic;
import org.odradek.broker.quota.ClientQuota;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.storage.FileRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One fetch from its first read to its answer: read; answer if that is enough, else wait and read
 * again.
 *
 * <p>Each step runs on the connection's event loop if everything is likely in memory, and on the
 * readers' pool if not. There the pages are brought in before the response is handed to the event
 * loop, which sends them from the page cache.
 */
final class FetchRun {
  private static final Logger logger = LoggerFactory.getLogger(FetchRun.class);
  private static final long READERS_BUSY_RETRY_MS = 20;
  private static final int WARM_UP_BYTES = 64 * 1024;
  private static final ThreadLocal<ByteBuffer> WARM_UP =
      ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(WARM_UP_BYTES));

  private final FetchServices services;
  private final RequestContext context;
  private final FetchLimits limits;
  private final FetchSessions.Scope scope;
  private final Responder<FetchResponse> out;
  private final FetchRights rights;

  FetchRun(
      FetchServices services,
      RequestContext context,
      FetchLimits limits,
      FetchSessions.Scope scope,
      Responder<FetchResponse> out) {
    this.services = services;
    this.context = context;
    this.limits = limits;
    this.scope = scope;
    this.out = out;
    this.rights = new FetchRights(context.access(), limits);
  }

  /** On the event loop. */
  void start() {
    inTheRightPlace(limits.maxWaitMs() > 0 && limits.minBytes() > 0);
  }

  private FetchReads reads() {
    return new FetchReads(services, limits, rights, context.listenerName());
  }

  private void inTheRightPlace(boolean mayWait) {
    if (reads().allResident(scope.targets())) {
      step(mayWait, false);
      return;
    }
    try {
      services.readers().execute(() -> step(mayWait, true));
    } catch (RejectedExecutionException e) {
      services.timer().schedule(() -> onEventLoop(mayWait), READERS_BUSY_RETRY_MS);
    }
  }

  private void onEventLoop(boolean mayWait) {
    try {
      context
          .eventLoop()
          .execute(() -> {
            try {
              inTheRightPlace(mayWait);
            } catch (RuntimeException | Error e) {
              fail(e);
            }
          });
    } catch (RejectedExecutionException e) {
      out.closeConnection("the broker is stopping");
    }
  }

  private void step(boolean mayWait, boolean onReader) {
    try {
      Results results = reads().read(scope.targets());
      boolean enough =
          results.sizeInBytes() >= limits.minBytes() || results.urgent() || lacksWatermark(results);
      if (!mayWait || enough || scope.targets().isEmpty()) {
        if (throttle(results)) {
          return;
        }
        if (onReader) {
          warmUp(results.results());
        }
        countThrottled(results);
        count(results.results());
        out.complete(FetchResponses.of(scope, results, services.metadata(), context));
        return;
      }
      results.release();
      WaitingFetch waiting = new WaitingFetch(limits, watermarksMatter(), () -> onEventLoop(false));
      waiting.await(results.results(), services.timer());
      FetchSession session = scope.session();
      if (session != null && limits.fromFollower()) {
        session.waits(scope.epoch(), waiting::finish);
      }
    } catch (RuntimeException | Error e) {
      if (!onReader) {
        throw e; // the dispatcher answers
      }
      fail(e);
    }
  }

  /**
   * Holds a client back that is over its quota: it gets an empty answer at once, and nothing of
   * what was read counts. Sizes are those of the records.
   */
  private boolean throttle(Results results) {
    ClientQuota quota = services.consumerQuota();
    if (!quota.isActive() || limits.fromFollower()) {
      return false;
    }
    long bytes = results.sizeInBytes();
    int throttleMs = quota.record(context, bytes);
    if (throttleMs == 0) {
      return false;
    }
    quota.unrecord(context, bytes);
    results.release();
    quota.throttle(context, throttleMs, out);
    out.complete(
        new FetchResponse()
            .sessionId(services.sessions().throttled(scope))
            .throttleTimeMs(throttleMs));
    return true;
  }

  /** What replicas get of throttled partitions counts, be they in sync or not. */
  private void countThrottled(Results results) {
    ReplicationQuota quota = services.leaderQuota();
    if (!limits.fromFollower() || !quota.isLimited()) {
      return;
    }
    long bytes = 0;
    for (Result result : results.results()) {
      TopicPartition partition = result.topicPartition();
      if (partition != null && result.sizeInBytes() > 0 && quota.isThrottled(partition)) {
        bytes += result.sizeInBytes();
      }
    }
    quota.record(bytes);
  }

  private void count(List<Result> results) {
    PartitionTraffic traffic = services.partitions().traffic();
    for (Result result : results) {
      int bytes = result.sizeInBytes();
      if (bytes == 0) {
        continue;
      }
      if (limits.fromFollower()) {
        Partition partition = result.partition();
        traffic.copiedOut(
            bytes,
            partition != null && partition.state().addingReplicas().contains(limits.replicaId()));
      } else {
        traffic.consumed(bytes);
      }
    }
  }

  /**
   * Where consumers read from followers (KIP-392), these are told of the high watermark as soon as
   * it moves; else with the next records, or when their wait is over.
   */
  private boolean watermarksMatter() {
    return limits.fromFollower() && services.selector() != ReplicaSelector.LEADER;
  }

  private boolean lacksWatermark(Results results) {
    FetchSession session = scope.session();
    if (session == null || !watermarksMatter()) {
      return false;
    }
    for (Result result : results.results()) {
      if (session.lacksWatermark(result.target().key(), result.data().highWatermark())) {
        return true;
      }
    }
    return false;
  }

  private void fail(Throwable e) {
    logger.error("A fetch failed", e);
    out.closeConnection("the fetch failed: " + e);
  }

  /** Reads through what may lie on the disk only, so that sending it does not wait for it. */
  private static void warmUp(List<Result> results) {
    for (Result result : results) {
      if (result.data().records() instanceof FileRecords file
          && !file.isEmpty()
          && !file.likelyResident()
          && !file.isCached()) {
        try {
          long end = file.position() + file.sizeInBytes();
          for (long at = file.position(); at < end; ) {
            int read = file.channel().read(WARM_UP.get().clear(), at);
            if (read < 0) {
              break;
            }
            at += read;
          }
        } catch (IOException e) {
          logger.debug("Reading ahead failed; the transfer will tell", e);
        }
      }
    }
  }
}
