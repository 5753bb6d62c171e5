package org.odradek.controller.producerid;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.TestCluster;
import org.odradek.controller.znode.ProducerIdBlock;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;

class ProducerIdBlocksTest {
  @TempDir Path directory;

  @Test
  void noTwoUsersGetTheSameBlock() throws Exception {
    try (TestCluster cluster = new TestCluster(directory)) {
      ZooKeeperClient session = cluster.session();
      ProducerIdBlocks blocks = new ProducerIdBlocks(session);
      assertEquals(new ProducerIdBlock(7, 0, 999), blocks.take(7).join());
      assertEquals(
          "{\"version\":1,\"broker\":7,\"block_start\":\"0\",\"block_end\":\"999\"}",
          session.read(ZnodePaths.LATEST_PRODUCER_ID_BLOCK, false).join().text());
      List<CompletableFuture<ProducerIdBlock>> open = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        open.add(new ProducerIdBlocks(cluster.session()).take(i % 2));
      }
      Set<Long> firsts = new HashSet<>();
      open.forEach(block -> firsts.add(block.join().first()));
      assertEquals(8, firsts.size());
      session.delete(ZnodePaths.LATEST_PRODUCER_ID_BLOCK, -1).join();
      assertEquals(0, blocks.take(7).join().first()); // the node is made if it is not there
    }
  }
}
