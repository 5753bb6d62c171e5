package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.requests.ApiVersionsRequest;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.odradek.processes.Checkout;
import org.odradek.processes.Waiting;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Clients;
import org.odradek.systemtests.harness.WireConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Quotas of each kind hold for real clients, as those of a stock broker do. */
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuotaTest {
  private static final Logger LOG = LoggerFactory.getLogger(QuotaTest.class);
  private static final String TOPIC = "t";
  private static final String LIMITED_ADDRESS = "127.0.0.7";

  private final int jmxPort = Checkout.freePort();
  private final Broker broker =
      new Broker(Checkout.emptyWorkFolder("quotas"))
          .withEnvironment(
              "KAFKA_OPTS",
              "-Dcom.sun.management.jmxremote.host=127.0.0.1 -Djava.rmi.server.hostname=127.0.0.1"
                  + " -Dcom.sun.management.jmxremote.authenticate=false"
                  + " -Dcom.sun.management.jmxremote.ssl=false"
                  + " -Dcom.sun.management.jmxremote.rmi.port="
                  + jmxPort
                  + " -Dcom.sun.management.jmxremote.port="
                  + jmxPort);

  @BeforeAll
  void setQuotas() {
    broker.start();
    var clients = new Clients(broker.bootstrap());
    clients.createTopic(TOPIC, 1, Map.of());
    try (Admin admin = clients.admin()) {
      set(admin, "client-id", "heavy", "producer_byte_rate", 10_000);
      set(admin, "client-id", "reader", "consumer_byte_rate", 50_000);
      set(admin, "client-id", "busy", "request_percentage", 0.001);
      set(admin, "client-id", "maker", "controller_mutation_rate", 1);
      set(admin, "ip", LIMITED_ADDRESS, "connection_creation_rate", 1);
      // Set last, and so in force last.
      set(admin, "client-id", "probe", "producer_byte_rate", 1);
    }
    Waiting.until(Duration.ofMinutes(1), this::isProbeHeldBack, () -> "quotas are in force");
  }

  @AfterAll
  void stop() {
    broker.close();
  }

  private static void set(Admin admin, String type, String name, String quota, double value) {
    Clients.get(
        admin
            .alterClientQuotas(
                List.of(
                    new ClientQuotaAlteration(
                        new ClientQuotaEntity(Map.of(type, name)),
                        List.of(new ClientQuotaAlteration.Op(quota, value)))))
            .all());
  }

  private boolean isProbeHeldBack() {
    try (var probe = new WireConnection(broker.bootstrap(), "probe")) {
      return produce(probe, 100).throttleTimeMs() > 0;
    }
  }

  private static ProduceResponse produce(WireConnection connection, int bytes) {
    MemoryRecords records =
        MemoryRecords.withRecords(
            RecordBatch.MAGIC_VALUE_V2,
            0L,
            Compression.NONE,
            new SimpleRecord(1L, null, new byte[bytes]));
    var partition = new ProduceRequestData.PartitionProduceData().setIndex(0).setRecords(records);
    var topic =
        new ProduceRequestData.TopicProduceData()
            .setName(TOPIC)
            .setPartitionData(List.of(partition));
    var topics = new ProduceRequestData.TopicProduceDataCollection();
    topics.add(topic);
    var data =
        new ProduceRequestData().setAcks((short) 1).setTimeoutMs(10_000).setTopicData(topics);
    return assertInstanceOf(
        ProduceResponse.class, connection.ask(new ProduceRequest(data, (short) 9)));
  }

  private static MetadataRequest metadata() {
    return new MetadataRequest.Builder(List.of(TOPIC), false).build((short) 9);
  }

  @Test
  void whoProducesTooMuchIsAnsweredAtOnceAndNotReadFromUntilItsTimeIsOver() {
    try (var heavy = new WireConnection(broker.bootstrap(), "heavy");
        var other = new WireConnection(broker.bootstrap(), "other")) {
      other.ask(metadata());
      long start = System.nanoTime();
      int throttleMs = produce(heavy, 200_000).throttleTimeMs();
      long answeredMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      // Twice the rate in the ten seconds before this one, so it takes as long again.
      assertTrue(throttleMs > 5_000 && throttleMs < 15_000, throttleMs + " ms");
      assertTrue(answeredMs < throttleMs, answeredMs + " ms until it was told " + throttleMs);
      heavy.send(metadata());
      for (int i = 0; i < 50; i++) {
        other.ask(metadata());
      }
      assertFalse(heavy.hasAnswer(), "a connection that is held back is read from");
      heavy.answer();
    }
  }

  @Test
  void whoReadsTooMuchIsHeldBack() {
    try (var writer = new WireConnection(broker.bootstrap(), "writer");
        KafkaConsumer<String, String> reader =
            new Clients(broker.bootstrap())
                .consumer(Map.of("client.id", "reader", "max.partition.fetch.bytes", 300_000))) {
      for (int i = 0; i < 10; i++) {
        assertEquals(0, produce(writer, 100_000).throttleTimeMs(), "has no quota");
      }
      var partition = new TopicPartition(TOPIC, 0);
      reader.assign(List.of(partition));
      reader.seekToBeginning(List.of(partition));
      long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      Waiting.until(
          Duration.ofMinutes(1),
          () -> {
            reader.poll(Duration.ofMillis(100));
            return reader.position(partition) >= end;
          },
          () -> "read up to " + end);
      double heldBackMs =
          reader.metrics().values().stream()
              .filter(metric -> metric.metricName().name().equals("fetch-throttle-time-max"))
              .mapToDouble(metric -> (Double) metric.metricValue())
              .max()
              .orElse(Double.NaN);
      assertTrue(heldBackMs > 0, "fetch-throttle-time-max=" + heldBackMs);
    }
  }

  @Test
  void whoTakesTooMuchTimeIsHeldBack() {
    try (var busy = new WireConnection(broker.bootstrap(), "busy")) {
      int throttleMs = 0;
      for (int i = 0; i < 1_000 && throttleMs == 0; i++) {
        throttleMs = busy.ask(metadata()).throttleTimeMs();
      }
      assertTrue(throttleMs > 0 && throttleMs <= 1_000, throttleMs + " ms");
    }
  }

  @Test
  void whoMakesTooManyPartitionsIsRefused() throws InterruptedException {
    try (Admin maker =
        Admin.create(Map.of("bootstrap.servers", broker.bootstrap(), "client.id", "maker"))) {
      ThrottlingQuotaExceededException refusal = null;
      for (int i = 0; i < 10 && refusal == null; i++) {
        try {
          maker
              .createTopics(
                  List.of(new NewTopic("made-" + i, 6, (short) 1)),
                  new CreateTopicsOptions().retryOnQuotaViolation(false))
              .all()
              .get();
        } catch (ExecutionException e) {
          refusal = assertInstanceOf(ThrottlingQuotaExceededException.class, e.getCause());
        }
      }
      assertTrue(refusal != null && refusal.throttleTimeMs() > 0, "refused: " + refusal);
    }
  }

  @Test
  void whoConnectsTooOftenIsTurnedAwayAndOthersAreNot() {
    assertTrue(answered(LIMITED_ADDRESS, 30) < 30, "all were let in");
    assertEquals(30, answered("127.0.0.8", 30));
  }

  private int answered(String from, int count) {
    List<WireConnection> connections = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        connections.add(new WireConnection(broker.bootstrap(), "many", from));
      }
      var question = new ApiVersionsRequest.Builder().build((short) 0);
      return (int) connections.stream().filter(each -> each.isAnswered(question)).count();
    } finally {
      connections.forEach(WireConnection::close);
    }
  }

  /** The names and attributes that a stock broker has, for those who have used their quotas. */
  @Test
  void beansTellByEntityWhatIsUsed() throws IOException, JMException {
    whoTakesTooMuchTimeIsHeldBack();
    answered(LIMITED_ADDRESS, 1);
    try (var heavy = new WireConnection(broker.bootstrap(), "heavy")) {
      produce(heavy, 10);
    }
    try (KafkaConsumer<String, String> reader =
            new Clients(broker.bootstrap()).consumer(Map.of("client.id", "reader"));
        Admin maker =
            Admin.create(Map.of("bootstrap.servers", broker.bootstrap(), "client.id", "maker"))) {
      reader.assign(List.of(new TopicPartition(TOPIC, 0)));
      Waiting.until(
          Duration.ofMinutes(1),
          () -> !reader.poll(Duration.ofMillis(100)).isEmpty(),
          () -> "records");
      Clients.get(maker.createTopics(List.of(new NewTopic("for-beans", 1, (short) 1))).all());
    }
    Map<String, Set<String>> beans = beans();
    LOG.info("beans: {}", beans);
    Map<String, Set<String>> wanted = new HashMap<>();
    wanted.put("client-id=heavy,type=Produce", Set.of("byte-rate", "throttle-time"));
    wanted.put("client-id=reader,type=Fetch", Set.of("byte-rate", "throttle-time"));
    wanted.put("client-id=busy,type=Request", Set.of("request-time", "throttle-time"));
    wanted.put(
        "client-id=maker,type=ControllerMutation",
        Set.of("mutation-rate", "tokens", "throttle-time"));
    wanted.put("ip=127.0.0.7,type=socket-server-metrics", Set.of("connection-accept-rate"));
    for (String kind : List.of("Produce", "Fetch", "ControllerMutation")) {
      wanted.put("type=" + kind, Set.of("queue-size"));
    }
    wanted.put("type=Request", Set.of("queue-size", "exempt-request-time"));
    wanted.forEach((name, attributes) ->
        assertEquals(attributes, beans.get("kafka.server:" + name), () -> name + " of " + beans));
  }

  @SuppressWarnings("BanJNDI") // of a process that the test started itself
  private Map<String, Set<String>> beans() throws IOException, JMException {
    var url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + jmxPort + "/jmxrmi");
    try (JMXConnector connector = JMXConnectorFactory.connect(url)) {
      MBeanServerConnection server = connector.getMBeanServerConnection();
      Map<String, Set<String>> beans = new TreeMap<>();
      for (ObjectName name : server.queryNames(new ObjectName("kafka.server:*"), null)) {
        String type = Objects.requireNonNullElse(name.getKeyProperty("type"), "");
        if (Set.of("Produce", "Fetch", "Request", "ControllerMutation").contains(type)
            || name.getKeyProperty("ip") != null) {
          var attributes = new TreeSet<String>();
          Arrays.stream(server.getMBeanInfo(name).getAttributes())
              .map(MBeanAttributeInfo::getName)
              .forEach(attributes::add);
          beans.put(name.getCanonicalName(), attributes);
        }
      }
      return beans;
    }
  }
}
