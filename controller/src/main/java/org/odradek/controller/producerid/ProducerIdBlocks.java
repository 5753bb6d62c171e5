package org.odradek.controller.producerid;

import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.ProducerIdBlock;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZooKeeperSession;

/**
 * Takes blocks of producer ids from {@code /latest_producer_id_block}, each for one broker and
 * never again. The write names the data version read, so that two brokers cannot take the same
 * block.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class ProducerIdBlocks {
  private final ZooKeeperSession session;

  public ProducerIdBlocks(ZooKeeperSession session) {
    this.session = session;
  }

  /** The next block, now owned by {@code brokerId}. */
  public CompletableFuture<ProducerIdBlock> take(int brokerId) {
    return session
        .readIfPresent(ZnodePaths.LATEST_PRODUCER_ID_BLOCK, false)
        .thenCompose(found -> {
          Znode znode = found.orElse(null);
          ProducerIdBlock block = next(brokerId, znode == null ? null : znode.data());
          return write(block, znode)
              .thenApply(done -> block)
              .exceptionallyCompose(failure -> resolve(block, failure));
        });
  }

  private static ProducerIdBlock next(int brokerId, byte @Nullable [] latest) {
    long first =
        latest == null || latest.length == 0 ? 0 : ProducerIdBlock.decode(latest).last() + 1;
    if (first > Long.MAX_VALUE - ProducerIdBlock.SIZE) {
      throw new IllegalStateException("no producer ids are left, the last is " + (first - 1));
    }
    return new ProducerIdBlock(brokerId, first, first + ProducerIdBlock.SIZE - 1);
  }

  private CompletableFuture<?> write(ProducerIdBlock block, @Nullable Znode before) {
    byte[] data = block.encode();
    if (before == null) {
      return session.create(ZnodePaths.LATEST_PRODUCER_ID_BLOCK, data, CreateMode.PERSISTENT);
    }
    Stat stat = before.stat();
    return session.write(ZnodePaths.LATEST_PRODUCER_ID_BLOCK, data, stat.getVersion());
  }

  /**
   * Another broker was faster; or our own write went through, and its answer was lost. Then the
   * block is skipped: better than two users of one block.
   */
  private CompletableFuture<ProducerIdBlock> resolve(ProducerIdBlock block, Throwable failure) {
    KeeperException.Code code = Failures.code(failure);
    return code == KeeperException.Code.BADVERSION || code == KeeperException.Code.NODEEXISTS
        ? take(block.brokerId())
        : CompletableFuture.failedFuture(failure);
  }
}
