import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Fills a topic that has one replica, and moves it to another broker.
 *
 * <p>Arguments: {@code fill}, bootstrap servers, number of partitions, size in GB (10^9 bytes); or
 * {@code move}, bootstrap servers, number of partitions, the broker to move to, the throttle in MB
 * a second or {@code none}.
 */
public final class MoveTopic {
  private static final String TOPIC = "moved";
  private static final int VALUE_BYTES = 10_000;

  private MoveTopic() {}

  public static void main(String[] arguments) throws Exception {
    int partitions = Integer.parseInt(arguments[2]);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", arguments[1]))) {
      if (arguments[0].equals("fill")) {
        fill(admin, arguments[1], partitions, Double.parseDouble(arguments[3]));
      } else {
        move(admin, partitions, Integer.parseInt(arguments[3]), arguments[4]);
      }
    }
  }

  private static void fill(Admin admin, String bootstrap, int partitions, double gigabytes)
      throws Exception {
    var assignment = new HashMap<Integer, List<Integer>>();
    for (int p = 0; p < partitions; p++) {
      assignment.put(p, List.of(0));
    }
    admin.createTopics(List.of(new NewTopic(TOPIC, assignment))).all().get(60, TimeUnit.SECONDS);
    long records = (long) (gigabytes * 1e9 / VALUE_BYTES);
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "acks",
            "1",
            "batch.size",
            200_000,
            "linger.ms",
            5,
            "enable.idempotence",
            false);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      var value = new byte[VALUE_BYTES];
      for (long i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>(TOPIC, (int) (i % partitions), null, value));
      }
    }
  }

  private static void move(Admin admin, int partitions, int to, String throttle) throws Exception {
    if (!throttle.equals("none")) {
      throttle(admin, Long.parseLong(throttle) * 1_000_000);
    }
    var request = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
    for (int p = 0; p < partitions; p++) {
      request.put(
          new TopicPartition(TOPIC, p), Optional.of(new NewPartitionReassignment(List.of(to))));
    }
    long start = System.nanoTime();
    admin.alterPartitionReassignments(request).all().get(60, TimeUnit.SECONDS);
    while (!admin.listPartitionReassignments().reassignments().get().isEmpty()) {
      Thread.sleep(50);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!throttle.equals("none")) {
      throttle(admin, 0);
    }
    System.out.printf("moved in %.1f s%n", seconds);
  }

  /** Sets the throttle of both brokers, in bytes a second; 0 removes it. */
  private static void throttle(Admin admin, long rate) throws Exception {
    AlterConfigOp.OpType what = rate > 0 ? AlterConfigOp.OpType.SET : AlterConfigOp.OpType.DELETE;
    var changes = new HashMap<ConfigResource, Collection<AlterConfigOp>>();
    for (String broker : List.of("0", "1")) {
      var ops = new ArrayList<AlterConfigOp>();
      for (String side : List.of("leader", "follower")) {
        ops.add(
            new AlterConfigOp(
                new ConfigEntry(side + ".replication.throttled.rate", Long.toString(rate)), what));
      }
      changes.put(new ConfigResource(ConfigResource.Type.BROKER, broker), ops);
    }
    var ops = new ArrayList<AlterConfigOp>();
    for (String side : List.of("leader", "follower")) {
      ops.add(
          new AlterConfigOp(new ConfigEntry(side + ".replication.throttled.replicas", "*"), what));
    }
    changes.put(new ConfigResource(ConfigResource.Type.TOPIC, TOPIC), ops);
    admin.incrementalAlterConfigs(changes).all().get(60, TimeUnit.SECONDS);
  }
}
