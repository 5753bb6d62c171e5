package org.odradek.controller.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.ConfigCodec;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.DirectoryNodes;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.RequestTooLargeException;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;

/**
 * Topic operations of a broker. Each is written to ZooKeeper as Kafka's tools write it; the
 * controller, wherever it is, sees it and makes leaders, or deletes.
 *
 * <p>Each topic of a request succeeds or fails for itself; outcomes come in the order of the
 * request. A future fails as a whole only when ZooKeeper does (its session expired).
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class TopicAdmin {
  private static final IntPredicate ANY_NUMBER = partitions -> true;
  private static final String TOPIC_CONFIGS = "/config/topics";

  /** How often a topic is written when something near it changes at the same time. */
  private static final int ATTEMPTS_MAX = 10;

  private final ZooKeeperSession session;
  private final Supplier<List<BrokerInfo>> liveBrokers;
  private final Supplier<TopicDefaults> defaults;
  private final TopicConfigValidator configValidator;
  private final RandomGenerator random;
  private final ReplicaAssignor assignor;

  /** {@code random} makes topic ids and chooses where assignments start; it must be thread-safe. */
  public TopicAdmin(
      ZooKeeperSession session,
      Supplier<List<BrokerInfo>> liveBrokers,
      Supplier<TopicDefaults> defaults,
      TopicConfigValidator configValidator,
      RandomGenerator random) {
    this.session = session;
    this.liveBrokers = liveBrokers;
    this.defaults = defaults;
    this.configValidator = configValidator;
    this.random = random;
    this.assignor = new ReplicaAssignor(random);
  }

  // ---- create

  /** Makes topics, or with {@code validateOnly} just checks whether they could be made. */
  public CompletableFuture<List<TopicOutcome>> createTopics(
      List<NewTopic> topics, boolean validateOnly) {
    return createTopics(topics, validateOnly, ANY_NUMBER);
  }

  /**
   * The same within a quota (KIP-599).
   *
   * @param admission asked, topic by topic, whether so many partitions may be made
   */
  public CompletableFuture<List<TopicOutcome>> createTopics(
      List<NewTopic> topics, boolean validateOnly, IntPredicate admission) {
    List<BrokerInfo> brokers = liveBrokers.get();
    return session
        .children(ZnodePaths.TOPICS, false)
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NONODE
                ? CompletableFuture.completedFuture(List.of())
                : CompletableFuture.failedFuture(failure))
        .thenCompose(existing -> {
          List<CompletableFuture<TopicOutcome>> open = new ArrayList<>();
          for (NewTopic topic : topics) {
            open.add(createTopic(topic, existing, brokers, validateOnly, admission));
          }
          return all(open);
        });
  }

  private CompletableFuture<TopicOutcome> createTopic(
      NewTopic topic,
      Collection<String> existing,
      List<BrokerInfo> brokers,
      boolean dryRun,
      IntPredicate admission) {
    SortedMap<Integer, List<Integer>> assignment;
    try {
      assignment = TopicValidation.assignmentOf(topic, existing, brokers, defaults.get(), assignor);
      TopicValidation.checkConfigs(topic, configValidator);
    } catch (TopicException e) {
      return CompletableFuture.completedFuture(
          new TopicOutcome.Failed(topic.name(), e.error(), String.valueOf(e.getMessage())));
    }
    SortedMap<Integer, ReplicaAssignment> partitions = new TreeMap<>();
    assignment.forEach(
        (partition, replicas) -> partitions.put(partition, ReplicaAssignment.of(replicas)));
    if (dryRun) {
      return CompletableFuture.completedFuture(
          new TopicOutcome.Done(new TopicInfo(topic.name(), null, partitions)));
    }
    if (!admission.test(partitions.size())) {
      return CompletableFuture.completedFuture(failed(topic.name(), throttled()));
    }
    Map<String, String> configs = new LinkedHashMap<>();
    topic.configs().forEach((key, value) -> configs.put(key, String.valueOf(value)));
    TopicInfo info = new TopicInfo(topic.name(), Uuid.random(random), partitions);
    return write(info, configs, ATTEMPTS_MAX);
  }

  /** Configuration and topic in one transaction: who sees the topic finds its settings. */
  private CompletableFuture<TopicOutcome> write(
      TopicInfo topic, Map<String, String> configs, int attemptsLeft) {
    String configPath = ZnodePaths.config(ConfigEntity.topic(topic.name()));
    byte[] config = ConfigCodec.encode(configs);
    return session
        .exists(configPath, false)
        .thenCompose((Optional<Stat> leftover) ->
            session.multi(
                List.of(
                    leftover.isPresent()
                        ? new ZnodeOperation.Write(configPath, config, ZnodeOperation.ANY_VERSION)
                        : new ZnodeOperation.Create(configPath, config, CreateMode.PERSISTENT),
                    new ZnodeOperation.Create(
                        ZnodePaths.topic(topic.name()),
                        TopicCodec.encode(topic),
                        CreateMode.PERSISTENT))))
        .<TopicOutcome>thenApply(done -> new TopicOutcome.Done(topic))
        .exceptionallyCompose(failure -> createFailed(topic, configs, attemptsLeft - 1, failure));
  }

  private CompletableFuture<TopicOutcome> createFailed(
      TopicInfo topic, Map<String, String> configs, int attemptsLeft, Throwable failure) {
    if (Failures.cause(failure) instanceof RequestTooLargeException e) {
      return CompletableFuture.completedFuture(failed(topic.name(), tooLarge(topic.name(), e)));
    }
    KeeperException.Code code = Failures.code(failure);
    String topicPath = ZnodePaths.topic(topic.name());
    if (code == KeeperException.Code.NODEEXISTS && topicPath.equals(Failures.path(failure))) {
      // Ours, if the answer to our own write was lost and it was sent again.
      return session
          .readIfPresent(topicPath, false)
          .thenApply(found ->
              found.isPresent() && isOurs(topic, found.get())
                  ? new TopicOutcome.Done(topic)
                  : failed(topic.name(), TopicValidation.alreadyExists(topic.name())));
    }
    if (attemptsLeft > 0 && code == KeeperException.Code.NODEEXISTS) {
      return write(topic, configs, attemptsLeft); // its configuration came meanwhile
    }
    if (attemptsLeft > 0 && code == KeeperException.Code.NONODE) {
      // Its configuration went meanwhile, or a directory was removed by hand.
      return DirectoryNodes.ensure(session, ZnodePaths.TOPICS)
          .thenCompose(done -> DirectoryNodes.ensure(session, TOPIC_CONFIGS))
          .thenCompose(done -> write(topic, configs, attemptsLeft));
    }
    return CompletableFuture.failedFuture(failure);
  }

  private static TopicException throttled() {
    return new TopicException(
        ErrorCode.THROTTLING_QUOTA_EXCEEDED,
        "The client's quota of changes to partitions (controller_mutation_rate) is used up for"
            + " now.");
  }

  private static TopicException tooLarge(String topic, RequestTooLargeException cause) {
    return new TopicException(
        ErrorCode.INVALID_PARTITIONS,
        "Topic '%s' has too many partitions or settings: %s".formatted(topic, cause.getMessage()));
  }

  private static boolean isOurs(TopicInfo topic, Znode found) {
    Uuid id = TopicCodec.decode(topic.name(), found.data()).id();
    return id != null && id.equals(topic.id());
  }

  // ---- add partitions

  /** Adds partitions, or with {@code validateOnly} just checks whether they could be added. */
  public CompletableFuture<List<TopicOutcome>> createPartitions(
      List<NewPartitions> additions, boolean validateOnly) {
    return createPartitions(additions, validateOnly, ANY_NUMBER);
  }

  /** The same within a quota, as {@link #createTopics(List, boolean, IntPredicate)}. */
  public CompletableFuture<List<TopicOutcome>> createPartitions(
      List<NewPartitions> additions, boolean validateOnly, IntPredicate admission) {
    List<BrokerInfo> brokers = liveBrokers.get();
    List<CompletableFuture<TopicOutcome>> open = new ArrayList<>();
    for (NewPartitions addition : additions) {
      open.add(addPartitions(addition, brokers, validateOnly, null, admission));
    }
    return all(open);
  }

  /** {@code sent}: what was written before, without our knowing whether it was taken. */
  private CompletableFuture<TopicOutcome> addPartitions(
      NewPartitions addition,
      List<BrokerInfo> brokers,
      boolean dryRun,
      @Nullable TopicInfo sent,
      IntPredicate admission) {
    String path = ZnodePaths.topic(addition.topic());
    return session
        .readIfPresent(path, false)
        .thenCombine(
            session.exists(ZnodePaths.deleteTopic(addition.topic()), false),
            (found, deletion) -> deletion.isPresent() ? Optional.<Znode>empty() : found)
        .thenCompose(found -> {
          if (found.isEmpty()) {
            throw new TopicException(
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                "The topic '" + addition.topic() + "' does not exist.");
          }
          TopicInfo before = TopicCodec.decode(addition.topic(), found.get().data());
          if (before.equals(sent)) {
            // Ours: the answer to our own write was lost, and it was sent again.
            return CompletableFuture.<TopicOutcome>completedFuture(new TopicOutcome.Done(before));
          }
          TopicInfo after = TopicValidation.extend(before, addition, brokers, assignor);
          if (dryRun) {
            return CompletableFuture.<TopicOutcome>completedFuture(new TopicOutcome.Done(after));
          }
          if (!admission.test(after.partitions().size() - before.partitions().size())) {
            throw throttled();
          }
          return session
              .write(path, TopicCodec.encode(after), found.get().stat().getVersion())
              .<TopicOutcome>thenApply(done -> new TopicOutcome.Done(after))
              .exceptionallyCompose(failure -> {
                if (Failures.cause(failure) instanceof RequestTooLargeException e) {
                  return CompletableFuture.failedFuture(tooLarge(addition.topic(), e));
                }
                KeeperException.Code code = Failures.code(failure);
                return code == KeeperException.Code.BADVERSION
                        || code == KeeperException.Code.NONODE
                    ? addPartitions(
                        addition, brokers, false, after, ANY_NUMBER) // changed: look again
                    : CompletableFuture.failedFuture(failure);
              });
        })
        .exceptionallyCompose(failure ->
            Failures.cause(failure) instanceof TopicException e
                ? CompletableFuture.completedFuture(failed(addition.topic(), e))
                : CompletableFuture.failedFuture(failure));
  }

  // ---- delete

  /**
   * Marks topics for deletion; the controller deletes them soon after. Marking one twice is no
   * error. Whether deletion is allowed at all is for the caller to check.
   */
  public CompletableFuture<List<TopicOutcome>> deleteTopics(List<String> topics) {
    return deleteTopics(topics, ANY_NUMBER);
  }

  /** The same within a quota, as {@link #createTopics(List, boolean, IntPredicate)}. */
  public CompletableFuture<List<TopicOutcome>> deleteTopics(
      List<String> topics, IntPredicate admission) {
    List<CompletableFuture<TopicOutcome>> open = new ArrayList<>();
    for (String topic : topics) {
      open.add(deleteTopic(topic, admission));
    }
    return all(open);
  }

  private CompletableFuture<TopicOutcome> deleteTopic(String topic, IntPredicate admission) {
    if (TopicNames.problem(topic) != null) { // it could name another znode
      return CompletableFuture.completedFuture(failed(topic, unknown(topic)));
    }
    return session
        .readIfPresent(ZnodePaths.topic(topic), false)
        .thenCompose(found -> {
          if (found.isEmpty()) {
            return CompletableFuture.completedFuture(failed(topic, unknown(topic)));
          }
          TopicInfo info = TopicCodec.decode(topic, found.get().data());
          if (!admission.test(info.partitions().size())) {
            return CompletableFuture.completedFuture(failed(topic, throttled()));
          }
          String mark = ZnodePaths.deleteTopic(topic);
          return session
              .create(mark, null, CreateMode.PERSISTENT)
              .thenAccept(made -> {})
              .exceptionallyCompose(failure -> {
                KeeperException.Code code = Failures.code(failure);
                if (code == KeeperException.Code.NONODE) {
                  // The directory was removed by hand, as a cure for deletions that hang.
                  return DirectoryNodes.ensure(session, mark);
                }
                return code == KeeperException.Code.NODEEXISTS
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure);
              })
              .<TopicOutcome>thenApply(done -> new TopicOutcome.Done(info));
        });
  }

  private static TopicException unknown(String topic) {
    return new TopicException(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "Topic `" + topic + "` to delete does not exist");
  }

  private static TopicOutcome failed(String topic, TopicException cause) {
    return new TopicOutcome.Failed(topic, cause.error(), String.valueOf(cause.getMessage()));
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> open) {
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenApply(done -> open.stream().map(CompletableFuture::join).toList());
  }
}
