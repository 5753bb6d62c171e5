package org.odradek.broker.producer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.HandlerCall;
import org.odradek.controller.znode.ProducerIdBlock;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.InitProducerIdRequest;
import org.odradek.protocol.message.InitProducerIdResponse;

class ProducerIdsTest {
  private final Queue<CompletableFuture<ProducerIdBlock>> asked = new ArrayDeque<>();
  private final ProducerIds ids =
      new ProducerIds(() -> {
        CompletableFuture<ProducerIdBlock> block = new CompletableFuture<>();
        asked.add(block);
        return block;
      });
  private final InitProducerIdHandler handler = new InitProducerIdHandler(ids);

  @Test
  void givesEachIdOnceAndAsksForTheNextBlockEarly() {
    var unused = ids.start();
    give(0, 99);
    Set<Long> given = new HashSet<>();
    for (int i = 0; i < 89; i++) {
      given.add(ids.next().join());
    }
    assertEquals(0, asked.size());
    given.add(ids.next().join());
    assertEquals(1, asked.size()); // with a tenth left
    for (int i = 0; i < 10; i++) {
      given.add(ids.next().join());
    }
    CompletableFuture<Long> waits = ids.next();
    assertFalse(waits.isDone());
    assertEquals(1, asked.size());
    give(5000, 5099);
    assertEquals(5000L, waits.join());
    assertEquals(100, given.size());
    assertTrue(given.stream().allMatch(id -> id >= 0 && id <= 99), given.toString());
  }

  @Test
  void aBlockThatArrivesEarlyIsKeptForLater() {
    var unused = ids.start();
    give(0, 9);
    for (int i = 0; i < 10; i++) {
      assertEquals(i, ids.next().join());
      if (i == 9) {
        give(100, 109);
      }
    }
    assertEquals(100L, ids.next().join());
  }

  @Test
  void manyThatWaitShareTheBlocksThatCome() {
    CompletableFuture<?>[] waiting = new CompletableFuture<?>[5];
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = ids.next();
    }
    assertEquals(1, asked.size());
    give(0, 2);
    assertEquals(2L, waiting[2].join());
    assertFalse(waiting[3].isDone());
    give(7, 9);
    assertEquals(8L, waiting[4].join());
  }

  @Test
  void aBlockThatCannotBeTakenFailsThoseThatWaitOnly() {
    CompletableFuture<InitProducerIdResponse> answer =
        ask(new InitProducerIdRequest().transactionalId(null));
    asked
        .remove()
        .completeExceptionally(KeeperException.create(KeeperException.Code.SESSIONEXPIRED));
    assertEquals(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.code(), answer.join().errorCode());
    CompletableFuture<InitProducerIdResponse> next =
        ask(new InitProducerIdRequest().transactionalId(null));
    give(3, 9);
    assertEquals(3, next.join().producerId());
    assertEquals(0, next.join().producerEpoch());
  }

  @Test
  void refusesTransactionsAndHalfAnId() {
    InitProducerIdResponse refused = ask(transactional("tx")).join();
    assertEquals(ErrorCode.INVALID_REQUEST.code(), refused.errorCode());
    assertEquals(-1, refused.producerId());
    assertEquals(ErrorCode.INVALID_REQUEST.code(), ask(transactional("")).join().errorCode());
    InitProducerIdRequest half = new InitProducerIdRequest().transactionalId(null).producerId(4);
    assertEquals(ErrorCode.INVALID_REQUEST.code(), ask(half).join().errorCode());
    assertEquals(0, asked.size());
  }

  private static InitProducerIdRequest transactional(String id) {
    return new InitProducerIdRequest().transactionalId(id);
  }

  private CompletableFuture<InitProducerIdResponse> ask(InitProducerIdRequest request) {
    return HandlerCall.ask(handler, 4, request);
  }

  private void give(long first, long last) {
    asked.remove().complete(new ProducerIdBlock(1, first, last));
  }
}
