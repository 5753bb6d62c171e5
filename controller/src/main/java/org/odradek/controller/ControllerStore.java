package org.odradek.controller;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.PartitionStateCodec;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.DirectoryNodes;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's way to ZooKeeper. Futures complete on the controller's thread. Every write is a
 * transaction that checks {@code /controller_epoch} first, and fails with {@link
 * ControllerMovedException} when another controller has been elected meanwhile.
 */
final class ControllerStore {
  private static final Logger log = LoggerFactory.getLogger(ControllerStore.class);

  /** Operations per transaction: 300 states are well below ZooKeeper's limit of a megabyte. */
  private static final int OPERATIONS_MAX = 300;

  private final ZooKeeperSession session;
  private final BulkReads reads;
  private final Executor thread;
  private final ControllerContext context;

  ControllerStore(ZooKeeperSession session, Executor thread, ControllerContext context) {
    this.session = session;
    this.reads = new BulkReads(session);
    this.thread = thread;
    this.context = context;
  }

  /** Moves the completion of a future to the controller's thread. */
  <T> CompletableFuture<T> onThread(CompletableFuture<T> future) {
    CompletableFuture<T> here = new CompletableFuture<>();
    future.whenComplete((value, failure) ->
        thread.execute(() -> {
          if (failure == null) {
            here.complete(value);
          } else {
            here.completeExceptionally(Failures.cause(failure));
          }
        }));
    return here;
  }

  // ---- reading

  CompletableFuture<Optional<Znode>> read(String path, boolean watch) {
    return onThread(session.readIfPresent(path, watch));
  }

  CompletableFuture<Optional<Stat>> exists(String path, boolean watch) {
    return onThread(session.exists(path, watch));
  }

  CompletableFuture<List<String>> children(String path, boolean watch) {
    return onThread(session.children(path, watch));
  }

  /**
   * The names in one of the cluster's directory nodes, and a watch for its next change. A directory
   * that was removed by hand is made again: a controller that cannot read it cannot take office.
   */
  CompletableFuture<List<String>> watchDirectory(String path) {
    return children(path, true)
        .exceptionallyCompose(failure -> {
          if (Failures.code(failure) != KeeperException.Code.NONODE) {
            return CompletableFuture.failedFuture(failure);
          }
          log.warn("{} was removed, be it by hand: it is made again, empty", path);
          return createParentsOneByOne(DirectoryNodes.levels(path))
              .thenCompose(done -> children(path, true));
        });
  }

  /** Reads many nodes at once; those that are not there are left out. */
  CompletableFuture<Map<String, Znode>> readAll(List<String> paths, boolean watch) {
    return onThread(reads.read(paths, watch));
  }

  /** As {@link #readAll}, for nodes that may be large: each in an answer of its own. */
  CompletableFuture<Map<String, Znode>> readEach(List<String> paths) {
    return onThread(reads.oneByOne(paths, false));
  }

  /** The states of partitions; those without a state node are left out. */
  CompletableFuture<Map<TopicPartition, PartitionState>> readStates(
      List<TopicPartition> partitions) {
    return readStates(partitions, false);
  }

  /** As {@link #readStates(List)}; {@code watch}: tell of the next change of each. */
  CompletableFuture<Map<TopicPartition, PartitionState>> readStates(
      List<TopicPartition> partitions, boolean watch) {
    Map<TopicPartition, String> paths = new LinkedHashMap<>();
    partitions.forEach(partition -> paths.put(partition, ZnodePaths.partitionState(partition)));
    return readAll(List.copyOf(paths.values()), watch)
        .thenApply(znodes -> {
          Map<TopicPartition, PartitionState> states = new LinkedHashMap<>();
          paths.forEach((partition, path) -> {
            Znode znode = znodes.get(path);
            PartitionState state = znode == null ? null : decode(partition, znode);
            if (state != null) {
              states.put(partition, state);
            }
          });
          return states;
        });
  }

  /** Of a damaged node: what we know of the partition, to be written over it; null if nothing. */
  private @Nullable PartitionState decode(TopicPartition partition, Znode znode) {
    int version = znode.stat().getVersion();
    try {
      return PartitionStateCodec.decode(partition, znode.data(), version);
    } catch (ZnodeFormatException e) {
      PartitionState known = context.state(partition);
      log.error(
          "the state of {} in ZooKeeper is damaged: {}; {}",
          partition,
          e.getMessage(),
          known == null
              ? "nobody leads it until a valid state is written there and "
                  + ZnodePaths.CONTROLLER
                  + " removed, so that a controller reads it"
              : "the controller goes on with what it knows, and writes that with the next change");
      return known == null ? null : known.writtenBy(known.controllerEpoch(), version);
    }
  }

  // ---- writing, fenced

  /** One transaction under the fence. */
  CompletableFuture<List<OpResult>> write(List<ZnodeOperation> operations) {
    List<ZnodeOperation> fenced = new ArrayList<>(operations.size() + 1);
    fenced.add(fence());
    fenced.addAll(operations);
    CompletableFuture<List<OpResult>> written =
        session.multi(fenced).thenApply(results -> results.subList(1, results.size()));
    return onThread(written.exceptionallyCompose(this::translate));
  }

  private ZnodeOperation fence() {
    return new ZnodeOperation.Check(ZnodePaths.CONTROLLER_EPOCH, context.epochZnodeVersion());
  }

  private <T> CompletableFuture<T> translate(Throwable failure) {
    boolean fenced =
        ZnodePaths.CONTROLLER_EPOCH.equals(Failures.path(failure))
            && (Failures.code(failure) == KeeperException.Code.BADVERSION
                || Failures.code(failure) == KeeperException.Code.NONODE);
    return CompletableFuture.failedFuture(
        fenced
            ? new ControllerMovedException(
                "controller epoch is not %d (znode version %d) any more"
                    .formatted(context.epoch(), context.epochZnodeVersion()))
            : Failures.cause(failure));
  }

  /**
   * Writes new partition states, each on condition that nobody has written it since we read it.
   *
   * @return the states as written, with their new versions; those that someone else has changed are
   *     left out, to be read again
   */
  CompletableFuture<Map<TopicPartition, PartitionState>> updateStates(
      Map<TopicPartition, PartitionState> states) {
    return inChunks(
        states,
        OPERATIONS_MAX,
        chunk -> writeStates(chunk).thenApply(Optional::of),
        this::updateOneByOne);
  }

  private CompletableFuture<Map<TopicPartition, PartitionState>> writeStates(
      Map<TopicPartition, PartitionState> states) {
    List<ZnodeOperation> operations = new ArrayList<>();
    Map<TopicPartition, PartitionState> written = new LinkedHashMap<>();
    states.forEach((partition, state) -> {
      PartitionState ours = state.writtenBy(context.epoch(), state.znodeVersion() + 1);
      written.put(partition, ours);
      operations.add(
          new ZnodeOperation.Write(
              ZnodePaths.partitionState(partition),
              PartitionStateCodec.encode(ours),
              state.znodeVersion()));
    });
    return write(operations).thenApply(results -> written);
  }

  private CompletableFuture<Map<TopicPartition, PartitionState>> updateOneByOne(
      Map<TopicPartition, PartitionState> states) {
    return inChunks(
        states,
        1,
        one ->
            writeStates(one)
                .thenApply(Optional::of)
                .exceptionallyCompose(failure -> {
                  KeeperException.Code code = Failures.code(failure);
                  return code == KeeperException.Code.BADVERSION
                          || code == KeeperException.Code.NONODE
                      ? CompletableFuture.completedFuture(Optional.empty())
                      : CompletableFuture.failedFuture(failure);
                }),
        chunk -> CompletableFuture.completedFuture(Map.of()));
  }

  /**
   * Makes the state nodes of partitions that have none, and the directory nodes above them.
   *
   * @return the states as written; those that are there already are left out, to be read
   */
  CompletableFuture<Map<TopicPartition, PartitionState>> createStates(
      Map<TopicPartition, PartitionState> states) {
    Set<String> topics = new LinkedHashSet<>();
    states.keySet().forEach(partition -> topics.add(partition.topic()));
    List<String> parents = topics.stream().map(ZnodePaths::partitions).toList();
    return createParents(parents)
        .thenCompose(done ->
            inChunks(
                states,
                OPERATIONS_MAX / 2,
                chunk -> createChunk(chunk).thenApply(Optional::of),
                this::createOneByOne));
  }

  private CompletableFuture<Void> createParents(List<String> parents) {
    return readAll(parents, false)
        .thenCompose(existing -> {
          List<String> missing =
              parents.stream().filter(parent -> !existing.containsKey(parent)).toList();
          return writeInChunks(missing.stream().map(ControllerStore::directory).toList())
              .exceptionallyCompose(failure ->
                  StoreFailures.isAboutNode(failure)
                      ? createParentsOneByOne(missing)
                      : CompletableFuture.failedFuture(failure));
        });
  }

  /**
   * One of them is there meanwhile, be it by our own write whose answer was lost, or its topic is
   * gone: that is no reason to keep the others waiting.
   */
  private CompletableFuture<Void> createParentsOneByOne(List<String> parents) {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    for (String parent : parents) {
      open.add(
          write(List.of(directory(parent)))
              .thenAccept(done -> {})
              .exceptionallyCompose(failure ->
                  StoreFailures.isAboutNode(failure)
                      ? CompletableFuture.completedFuture(null)
                      : CompletableFuture.failedFuture(failure)));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Map<TopicPartition, PartitionState>> createChunk(
      Map<TopicPartition, PartitionState> states) {
    List<ZnodeOperation> operations = new ArrayList<>();
    Map<TopicPartition, PartitionState> written = new LinkedHashMap<>();
    states.forEach((partition, state) -> {
      PartitionState ours = state.writtenBy(context.epoch(), 0);
      written.put(partition, ours);
      operations.add(directory(ZnodePaths.partition(partition)));
      operations.add(createState(partition, ours));
    });
    return write(operations).thenApply(results -> written);
  }

  private CompletableFuture<Map<TopicPartition, PartitionState>> createOneByOne(
      Map<TopicPartition, PartitionState> states) {
    return inChunks(
        states,
        1,
        one -> {
          Map.Entry<TopicPartition, PartitionState> entry = one.entrySet().iterator().next();
          TopicPartition partition = entry.getKey();
          return exists(ZnodePaths.partition(partition), false)
              .thenCompose(parent ->
                  parent.isPresent()
                      ? createStateOnly(partition, entry.getValue())
                      : createChunk(one))
              .thenApply(Optional::of)
              .exceptionallyCompose(failure ->
                  StoreFailures.isAboutNode(failure)
                      ? CompletableFuture.completedFuture(Optional.empty())
                      : CompletableFuture.failedFuture(failure));
        },
        chunk -> CompletableFuture.completedFuture(Map.of()));
  }

  private CompletableFuture<Map<TopicPartition, PartitionState>> createStateOnly(
      TopicPartition partition, PartitionState state) {
    PartitionState ours = state.writtenBy(context.epoch(), 0);
    return write(List.of(createState(partition, ours)))
        .thenApply(results -> Map.of(partition, ours));
  }

  private static ZnodeOperation createState(TopicPartition partition, PartitionState state) {
    return new ZnodeOperation.Create(
        ZnodePaths.partitionState(partition),
        PartitionStateCodec.encode(state),
        CreateMode.PERSISTENT);
  }

  private static ZnodeOperation directory(String path) {
    return new ZnodeOperation.Create(path, null, CreateMode.PERSISTENT);
  }

  private interface ChunkWriter {
    CompletableFuture<Optional<Map<TopicPartition, PartitionState>>> write(
        Map<TopicPartition, PartitionState> chunk);
  }

  private interface Fallback {
    CompletableFuture<Map<TopicPartition, PartitionState>> write(
        Map<TopicPartition, PartitionState> chunk);
  }

  /**
   * Writes all chunks at once (pipelined). One that ZooKeeper refuses because of one of its nodes
   * goes to {@code fallback}.
   */
  private static CompletableFuture<Map<TopicPartition, PartitionState>> inChunks(
      Map<TopicPartition, PartitionState> states,
      int sizeMax,
      ChunkWriter writer,
      Fallback fallback) {
    List<CompletableFuture<Map<TopicPartition, PartitionState>>> open = new ArrayList<>();
    Map<TopicPartition, PartitionState> chunk = new LinkedHashMap<>();
    for (Map.Entry<TopicPartition, PartitionState> entry : states.entrySet()) {
      chunk.put(entry.getKey(), entry.getValue());
      if (chunk.size() == sizeMax) {
        open.add(writeChunk(chunk, writer, fallback));
        chunk = new LinkedHashMap<>();
      }
    }
    if (!chunk.isEmpty()) {
      open.add(writeChunk(chunk, writer, fallback));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          Map<TopicPartition, PartitionState> all = new LinkedHashMap<>();
          open.forEach(written -> all.putAll(written.join()));
          return all;
        });
  }

  private static CompletableFuture<Map<TopicPartition, PartitionState>> writeChunk(
      Map<TopicPartition, PartitionState> chunk, ChunkWriter writer, Fallback fallback) {
    return writer
        .write(chunk)
        .thenApply(written -> written.orElse(Map.of()))
        .exceptionallyCompose(failure -> {
          return StoreFailures.isAboutNode(failure)
              ? fallback.write(chunk)
              : CompletableFuture.failedFuture(failure);
        });
  }

  /** Several transactions, in order, each under the fence. */
  private CompletableFuture<Void> writeInChunks(List<ZnodeOperation> operations) {
    List<CompletableFuture<List<OpResult>>> open = new ArrayList<>();
    for (int from = 0; from < operations.size(); from += OPERATIONS_MAX) {
      int to = Math.min(from + OPERATIONS_MAX, operations.size());
      open.add(write(operations.subList(from, to)));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
  }

  // ---- deleting

  /** Removes nodes under the fence, whatever their version; those already gone are no error. */
  CompletableFuture<Void> deleteAll(List<String> paths) {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    for (String path : paths) {
      open.add(
          write(List.of(new ZnodeOperation.Delete(path, ZnodeOperation.ANY_VERSION)))
              .thenAccept(done -> {})
              .exceptionallyCompose(ControllerStore::ignoreMissing));
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
  }

  private static CompletableFuture<Void> ignoreMissing(Throwable failure) {
    return Failures.code(failure) == KeeperException.Code.NONODE
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.failedFuture(failure);
  }

  /** Removes those of the nodes that are there, in one transaction. */
  CompletableFuture<Void> deleteTogether(List<String> paths) {
    return readAll(paths, false)
        .thenCompose(existing -> {
          List<ZnodeOperation> deletions = new ArrayList<>();
          existing
              .keySet()
              .forEach(path ->
                  deletions.add(new ZnodeOperation.Delete(path, ZnodeOperation.ANY_VERSION)));
          return deletions.isEmpty()
              ? CompletableFuture.completedFuture(List.<OpResult>of())
              : write(deletions);
        })
        .thenAccept(done -> {})
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NONODE
                ? deleteTogether(paths) // one went meanwhile: look again
                : CompletableFuture.failedFuture(failure));
  }

  /** Removes a node with all below it, in one transaction per {@link #OPERATIONS_MAX} nodes. */
  CompletableFuture<Void> deleteTree(String path) {
    return collect(path)
        .thenCompose(paths -> {
          List<ZnodeOperation> deletions = new ArrayList<>();
          paths.forEach(
              each -> deletions.add(new ZnodeOperation.Delete(each, ZnodeOperation.ANY_VERSION)));
          return writeInChunks(deletions);
        })
        .exceptionallyCompose(failure -> {
          KeeperException.Code code = Failures.code(failure);
          return code == KeeperException.Code.NONODE || code == KeeperException.Code.NOTEMPTY
              ? deleteTree(path) // someone else adds or deletes there: look again
              : CompletableFuture.failedFuture(failure);
        });
  }

  /** A node's descendants and itself, deepest first. Empty if it is not there. */
  private CompletableFuture<List<String>> collect(String path) {
    return children(path, false)
        .thenCompose(names -> {
          List<CompletableFuture<List<String>>> open = new ArrayList<>();
          names.forEach(name -> open.add(collect(path + "/" + name)));
          return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
              .thenApply(done -> {
                List<String> all = new ArrayList<>();
                open.forEach(below -> all.addAll(below.join()));
                all.add(path);
                return all;
              });
        })
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NONODE
                ? CompletableFuture.completedFuture(List.of())
                : CompletableFuture.failedFuture(failure));
  }
}
