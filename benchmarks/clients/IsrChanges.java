import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * Stops broker 2 by SIGSTOP again and again while records are produced with acks=1 to partitions
 * that the other brokers lead, and counts how often the states of these partitions were written.
 *
 * <p>Arguments: bootstrap servers, ZooKeeper, number of partitions, records a second, number of
 * pauses, length of a pause and time from one to the next in milliseconds, the process ids of
 * brokers 0, 1, 2.
 */
public final class IsrChanges {
  private static final String TOPIC = "paused";

  private IsrChanges() {}

  public static void main(String[] arguments) throws Exception {
    String bootstrap = arguments[0];
    int partitions = Integer.parseInt(arguments[2]);
    int rate = Integer.parseInt(arguments[3]);
    int pauses = Integer.parseInt(arguments[4]);
    long pauseMs = Long.parseLong(arguments[5]);
    long periodMs = Long.parseLong(arguments[6]);
    String follower = Arrays.copyOfRange(arguments, 7, arguments.length)[2];
    var zooKeeper = new ZooKeeper(arguments[1], 30_000, event -> {});
    create(bootstrap, partitions);
    var acknowledged = new AtomicLong();
    Thread load = new Thread(() -> produce(bootstrap, partitions, rate, acknowledged));
    load.setDaemon(true);
    load.start();
    while (acknowledged.get() < rate) {
      Thread.sleep(50);
    }
    int before = versions(zooKeeper, partitions);
    for (int pause = 0; pause < pauses; pause++) {
      signal(follower, "STOP");
      Thread.sleep(pauseMs);
      signal(follower, "CONT");
      Thread.sleep(periodMs - pauseMs);
    }
    int changes = versions(zooKeeper, partitions) - before;
    System.out.printf(
        "%d ISR changes of %d partitions in %d pauses, %d records acknowledged%n",
        changes, partitions, pauses, acknowledged.get());
    System.exit(0);
  }

  private static void create(String bootstrap, int partitions) throws Exception {
    var assignment = new HashMap<Integer, List<Integer>>();
    for (int p = 0; p < partitions; p++) {
      assignment.put(p, p % 2 == 0 ? List.of(0, 1, 2) : List.of(1, 0, 2));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, assignment))).all().get(60, TimeUnit.SECONDS);
    }
  }

  private static void produce(String bootstrap, int partitions, int rate, AtomicLong acknowledged) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrap,
            "acks",
            "1",
            "enable.idempotence",
            false,
            "linger.ms",
            5);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      var value = new byte[200];
      long start = System.nanoTime();
      for (long i = 0; ; i++) {
        LockSupport.parkNanos(start + i * 1_000_000_000L / rate - System.nanoTime());
        producer.send(
            new ProducerRecord<>(TOPIC, (int) (i % partitions), null, value),
            (metadata, exception) -> {
              if (exception == null) {
                acknowledged.incrementAndGet();
              }
            });
      }
    }
  }

  private static int versions(ZooKeeper zooKeeper, int partitions) throws Exception {
    var versions = new ArrayList<Integer>();
    for (int p = 0; p < partitions; p++) {
      var stat = new Stat();
      zooKeeper.getData("/brokers/topics/" + TOPIC + "/partitions/" + p + "/state", false, stat);
      versions.add(stat.getVersion());
    }
    return versions.stream().mapToInt(Integer::intValue).sum();
  }

  private static void signal(String process, String signal) throws Exception {
    new ProcessBuilder("kill", "-" + signal, process).start().waitFor();
  }
}
