package org.odradek.controller;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller's requests to each broker, in order and one at a time. A request that fails is
 * sent again until it succeeds or the broker is gone: a broker that missed one would go on with a
 * wrong picture of the cluster.
 *
 * <p>The queue of a broker that does not answer grows until it answers or its session expires,
 * which is soon; a warning says how long it is. Belongs to the controller's thread.
 */
final class BrokerChannels {
  private static final Logger log = LoggerFactory.getLogger(BrokerChannels.class);
  private static final int LONG_QUEUE = 100;

  private final ControlRequestSender sender;
  private final ControllerConfig config;
  private final ControllerScheduler scheduler;
  private final Map<Integer, Channel> channels = new HashMap<>();

  BrokerChannels(
      ControlRequestSender sender, ControllerConfig config, ControllerScheduler scheduler) {
    this.sender = sender;
    this.config = config;
    this.scheduler = scheduler;
  }

  /** Opens a channel to a broker that has come, or tells of its new endpoints. */
  void open(BrokerInfo broker) {
    channels.computeIfAbsent(broker.id(), id -> new Channel(broker)).broker = broker;
  }

  /** Forgets what a broker that has gone was to be told. */
  void close(int brokerId) {
    Channel channel = channels.remove(brokerId);
    if (channel != null) {
      channel.close();
      sender.forget(brokerId);
    }
  }

  void closeAll() {
    for (int brokerId : List.copyOf(channels.keySet())) {
      close(brokerId);
    }
  }

  /** Queues a request; {@code onAnswer} gets its response on the controller's thread. */
  void send(int brokerId, ApiKey apiKey, Message request, Consumer<Message> onAnswer) {
    Channel channel = channels.get(brokerId);
    if (channel == null) {
      log.debug("no request {} to broker {}, which is not registered", apiKey, brokerId);
      return;
    }
    channel.add(new Pending(apiKey, request, onAnswer));
  }

  private record Pending(ApiKey apiKey, Message request, Consumer<Message> onAnswer) {}

  private final class Channel {
    private BrokerInfo broker;
    private final Queue<Pending> queue = new ArrayDeque<>();
    private boolean isOpen = true;
    private boolean isSending;
    private int failures;

    Channel(BrokerInfo broker) {
      this.broker = broker;
    }

    void close() {
      isOpen = false;
      queue.clear();
    }

    void add(Pending pending) {
      queue.add(pending);
      if (queue.size() % LONG_QUEUE == 0) {
        log.warn(
            "{} requests wait for broker {}, which does not answer", queue.size(), broker.id());
      }
      if (!isSending) {
        sendNext();
      }
    }

    private void sendNext() {
      Pending next = queue.peek();
      if (!isOpen || next == null) {
        return;
      }
      isSending = true;
      CompletableFuture<Message> answer;
      try {
        short version = config.versions().version(next.apiKey());
        answer = sender.send(broker, next.apiKey(), version, next.request());
      } catch (RuntimeException e) {
        answer = CompletableFuture.failedFuture(e);
      }
      answer.whenComplete(
          (response, failure) -> scheduler.execute(() -> onAnswer(next, response, failure)));
    }

    private void onAnswer(Pending sent, Message response, Throwable failure) {
      isSending = false;
      if (!isOpen) {
        return;
      }
      if (failure != null) {
        if (failures++ == 0) {
          log.warn(
              "{} to broker {} failed and is sent again until it succeeds: {}",
              sent.apiKey(),
              broker.id(),
              Failures.cause(failure).toString());
        }
        isSending = true;
        scheduler.schedule(
            () -> {
              isSending = false;
              sendNext();
            },
            config.requestRetryMs());
        return;
      }
      failures = 0;
      queue.remove();
      sent.onAnswer().accept(response);
      if (!isSending) {
        sendNext();
      }
    }
  }
}
