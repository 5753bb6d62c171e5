package org.odradek.controller.zookeeper;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.jspecify.annotations.Nullable;

/** The answer to a request that reads many nodes: each has its own result. */
final class ManyReads {
  private ManyReads() {}

  /** Nodes that are not there are no failure; any other error of one node is one of the whole. */
  static void complete(
      Reply<List<Optional<Znode>>> reply,
      int rc,
      List<String> paths,
      @Nullable List<OpResult> results) {
    if (results == null || results.size() != paths.size()) {
      reply.complete(rc == 0 ? Code.SYSTEMERROR.intValue() : rc, paths.getFirst(), List::of);
      return;
    }
    List<Optional<Znode>> znodes = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      switch (results.get(i)) {
        case OpResult.GetDataResult found ->
            znodes.add(Optional.of(new Znode(found.getData(), found.getStat())));
        case OpResult.ErrorResult error when error.getErr() == Code.NONODE.intValue() ->
            znodes.add(Optional.empty());
        case OpResult.ErrorResult error -> {
          reply.complete(error.getErr(), paths.get(i), List::of);
          return;
        }
        default -> {
          reply.complete(Code.SYSTEMERROR.intValue(), paths.get(i), List::of);
          return;
        }
      }
    }
    reply.succeed(znodes);
  }
}
