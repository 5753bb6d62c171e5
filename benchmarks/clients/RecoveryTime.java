import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/**
 * Kills a broker by {@code kill -9} and measures until every partition of a topic with three
 * replicas has acknowledged a record (acks=all) that was sent after the kill.
 *
 * <p>Arguments: bootstrap servers, ZooKeeper, number of partitions, {@code leader} or {@code
 * controller}, the process ids of brokers 0, 1, 2.
 */
public final class RecoveryTime {
  private static final String TOPIC = "recovery";
  private static final int PARTITIONS_PER_REQUEST = 500;

  private RecoveryTime() {}

  public static void main(String[] arguments) throws Exception {
    String bootstrap = arguments[0];
    int partitions = Integer.parseInt(arguments[2]);
    String[] processes = Arrays.copyOfRange(arguments, 4, arguments.length);
    var zooKeeper = new ZooKeeper(arguments[1], 30_000, event -> {});
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      long begin = System.nanoTime();
      create(admin, partitions, processes.length);
      List<TopicPartitionInfo> before = awaitInSync(admin, partitions, processes.length);
      System.out.printf("%d partitions made in %d ms%n", partitions, millisSince(begin));
      int controller = controller(zooKeeper);
      int victim = arguments[3].equals("controller") ? controller : (controller + 1) % 3;
      try (var producer = producer(bootstrap)) {
        // Every connection is open, and every partition has taken a record.
        produceToAll(producer, partitions, new AtomicLongArray(partitions));
        measure(zooKeeper, producer, before, victim, processes[victim]);
      }
    }
    System.exit(0);
  }

  private static void create(Admin admin, int partitions, int brokers) throws Exception {
    // In steps, for no system is measured here by how it takes one huge request.
    int first = Math.min(partitions, PARTITIONS_PER_REQUEST);
    var assignment = new HashMap<Integer, List<Integer>>();
    for (int p = 0; p < first; p++) {
      assignment.put(p, replicas(p, brokers));
    }
    admin
        .createTopics(
            List.of(new NewTopic(TOPIC, assignment).configs(Map.of("min.insync.replicas", "2"))))
        .all()
        .get(120, TimeUnit.SECONDS);
    for (int from = first; from < partitions; from += PARTITIONS_PER_REQUEST) {
      int to = Math.min(partitions, from + PARTITIONS_PER_REQUEST);
      var added = new ArrayList<List<Integer>>();
      for (int p = from; p < to; p++) {
        added.add(replicas(p, brokers));
      }
      admin
          .createPartitions(
              Map.of(TOPIC, org.apache.kafka.clients.admin.NewPartitions.increaseTo(to, added)))
          .all()
          .get(120, TimeUnit.SECONDS);
    }
  }

  private static List<Integer> replicas(int partition, int brokers) {
    var replicas = new ArrayList<Integer>();
    for (int i = 0; i < brokers; i++) {
      replicas.add((partition + i) % brokers);
    }
    return replicas;
  }

  private static List<TopicPartitionInfo> awaitInSync(Admin admin, int partitions, int replicas)
      throws Exception {
    while (true) {
      try {
        List<TopicPartitionInfo> found =
            admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC).partitions();
        if (found.size() == partitions
            && found.stream().allMatch(p -> p.leader() != null && p.isr().size() == replicas)) {
          return found;
        }
      } catch (java.util.concurrent.ExecutionException notYet) {
        // the topic is not known everywhere
      }
      Thread.sleep(200);
    }
  }

  private static int controller(ZooKeeper zooKeeper) throws Exception {
    String data = new String(zooKeeper.getData("/controller", false, null), StandardCharsets.UTF_8);
    Matcher id = Pattern.compile("\"brokerid\":(\\d+)").matcher(data);
    if (!id.find()) {
      throw new IllegalStateException("no controller in " + data);
    }
    return Integer.parseInt(id.group(1));
  }

  private static KafkaProducer<String, String> producer(String bootstrap) {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers", bootstrap,
            "acks", "all",
            "linger.ms", 0,
            "retry.backoff.ms", 20,
            "retry.backoff.max.ms", 100,
            "reconnect.backoff.ms", 20,
            "reconnect.backoff.max.ms", 100,
            "request.timeout.ms", 60_000,
            "delivery.timeout.ms", 600_000,
            "max.block.ms", 600_000),
        new StringSerializer(),
        new StringSerializer());
  }

  /** Sends a record to each partition and notes when it was acknowledged. */
  private static void produceToAll(
      KafkaProducer<String, String> producer, int partitions, AtomicLongArray acknowledgedAt)
      throws InterruptedException {
    var open = new CountDownLatch(partitions);
    for (int p = 0; p < partitions; p++) {
      int partition = p;
      producer.send(
          new ProducerRecord<>(TOPIC, partition, null, "x"),
          (metadata, exception) -> {
            if (exception != null) {
              System.err.println(partition + ": " + exception);
              System.exit(1);
            }
            acknowledgedAt.set(partition, System.nanoTime());
            open.countDown();
          });
    }
    open.await();
  }

  private static void measure(
      ZooKeeper zooKeeper,
      KafkaProducer<String, String> producer,
      List<TopicPartitionInfo> before,
      int victim,
      String process)
      throws Exception {
    var expiredAt = new AtomicLong();
    var expired = new CountDownLatch(1);
    zooKeeper.exists(
        "/brokers/ids/" + victim,
        event -> {
          if (event.getType() == Watcher.Event.EventType.NodeDeleted) {
            expiredAt.set(System.nanoTime());
            expired.countDown();
          }
        });
    var acknowledgedAt = new AtomicLongArray(before.size());
    new ProcessBuilder("kill", "-9", process).start().waitFor();
    long killedAt = System.nanoTime();
    produceToAll(producer, before.size(), acknowledgedAt);
    expired.await();
    long lastOfVictim = 0;
    long last = 0;
    int led = 0;
    for (TopicPartitionInfo partition : before) {
      long at = acknowledgedAt.get(partition.partition());
      last = Math.max(last, at);
      if (partition.leader().id() == victim) {
        led++;
        lastOfVictim = Math.max(lastOfVictim, at);
      }
    }
    System.out.printf(
        "broker %d leading %d: detection %d ms, the rest %d ms (its own partitions %d ms), in all"
            + " %d ms%n",
        victim,
        led,
        (expiredAt.get() - killedAt) / 1_000_000,
        (last - expiredAt.get()) / 1_000_000,
        (lastOfVictim - expiredAt.get()) / 1_000_000,
        (last - killedAt) / 1_000_000);
  }

  private static long millisSince(long nanos) {
    return (System.nanoTime() - nanos) / 1_000_000;
  }
}
