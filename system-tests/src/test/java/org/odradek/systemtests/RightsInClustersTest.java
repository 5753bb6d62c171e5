package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.message.CreateAclsRequestData;
import org.apache.kafka.common.message.DeleteAclsRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.CreateAclsRequest;
import org.apache.kafka.common.requests.CreateAclsResponse;
import org.apache.kafka.common.requests.DeleteAclsRequest;
import org.apache.kafka.common.requests.DeleteAclsResponse;
import org.apache.kafka.common.requests.MetadataRequest;
import org.apache.kafka.common.requests.MetadataResponse;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.token.delegation.DelegationToken;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;
import org.odradek.processes.Waiting;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Clients;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.StockTools;
import org.odradek.systemtests.harness.SystemUnderTest;
import org.odradek.systemtests.harness.WireConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access control lists, SCRAM users and delegation tokens are in force on all brokers of a cluster,
 * whichever of them, or of the stock tools, made them: on three brokers of ours, and with a stock
 * one among them. Brokers log in to each other by SASL/PLAIN; clients come in by a listener of
 * their own without a login.
 *
 * <p>{@code -Dacl.rounds=50} measures how long changes take, and logs it.
 */
class RightsInClustersTest {
  private static final Logger LOG = LoggerFactory.getLogger(RightsInClustersTest.class);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int ROUNDS = Integer.getInteger("acl.rounds", 1);
  private static final SystemUnderTest STOCK = new SystemUnderTest("2.8.2");
  private static final SystemUnderTest OURS = SystemUnderTest.chosen();

  private final Map<Integer, String> loginAddresses = new LinkedHashMap<>();

  @Test
  void ofOdradek() throws Exception {
    Path folder = Checkout.emptyWorkFolder("rights");
    try (Cluster cluster = cluster(folder, List.of(OURS, OURS, OURS), "3.9")) {
      changesOfListsAreInForceEverywhere(cluster, folder);
    }
  }

  @Test
  void ofOdradekAndKafka() throws Exception {
    Path folder = Checkout.emptyWorkFolder("rights-mixed");
    assumeTrue(
        StockTools.of("2.8.2", folder).canLogIn(), "Kafka 2.8.2 logs in with Java 17 to 23 only");
    try (Cluster cluster = cluster(folder, List.of(OURS, STOCK, OURS), "2.8")) {
      changesOfListsAreInForceEverywhere(cluster, folder);
      for (int controller : new int[] {0, 1}) {
        cluster.moveController(controller);
        usersComeInEverywhere(cluster, "user-" + controller);
        tokensAreTakenEverywhere(cluster, controller);
      }
    }
  }

  private Cluster cluster(Path folder, List<SystemUnderTest> systems, String protocol) {
    Cluster cluster =
        new Cluster(folder)
            .withSessionTimeout(Duration.ofSeconds(6))
            .with("inter.broker.protocol.version", protocol)
            .with("auto.create.topics.enable", "false")
            .with("listener.security.protocol.map", "CLIENTS:PLAINTEXT,LOGINS:SASL_PLAINTEXT")
            .with("inter.broker.listener.name", "LOGINS")
            .with("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256")
            .with("sasl.mechanism.inter.broker.protocol", "PLAIN")
            .with(
                "listener.name.logins.plain.sasl.jaas.config",
                plainLogin().replace(";", " user_admin=\"admin-secret\";"))
            .with("listener.name.logins.scram-sha-256.sasl.jaas.config", scramModule() + ";")
            .with("delegation.token.master.key", "a key that all brokers have")
            .with("authorizer.class.name", "kafka.security.authorizer.AclAuthorizer")
            .with("super.users", "User:admin");
    cluster.placing(this::place);
    cluster.start(0);
    systems.forEach(system -> cluster.add(system).launch());
    cluster.brokers().forEach(Broker::awaitReady);
    cluster.awaitRegistered();
    return cluster;
  }

  private void place(Broker broker) {
    String login = "127.0.0.1:" + Checkout.freePort();
    loginAddresses.put(broker.id(), login);
    broker.with("listeners", "CLIENTS://%s,LOGINS://%s".formatted(broker.bootstrap(), login));
  }

  private static String plainLogin() {
    return "org.apache.kafka.common.security.plain.PlainLoginModule required"
        + " username=\"admin\" password=\"admin-secret\";";
  }

  private static String scramModule() {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required";
  }

  /** An admin client that at first knows this broker only, and has to log in to it. */
  private Admin admin(int broker, String mechanism, String login) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", loginAddresses.getOrDefault(broker, ""));
    settings.put("security.protocol", "SASL_PLAINTEXT");
    settings.put("sasl.mechanism", mechanism);
    settings.put("sasl.jaas.config", login);
    return Admin.create(settings);
  }

  private void changesOfListsAreInForceEverywhere(Cluster cluster, Path folder) throws Exception {
    List<WireConnection> brokers = new ArrayList<>();
    try {
      cluster.brokers().forEach(b -> brokers.add(new WireConnection(b.bootstrap(), "anybody")));
      assertEquals(
          Errors.CLUSTER_AUTHORIZATION_FAILED,
          create(brokers.getFirst(), PatternType.LITERAL, "x"));
      // By ZooKeeper: everybody may change lists.
      StockTools.of("2.4.1", folder)
          .with("ZOOKEEPER", cluster.zooKeeper().address())
          .run(
              "kafka-acls.sh --authorizer-properties zookeeper.connect=$ZOOKEEPER --add"
                  + " --allow-principal User:ANONYMOUS --operation Alter --cluster")
          .expectSuccess();
      for (WireConnection broker : brokers) {
        Waiting.until(
            LIMIT,
            () -> create(broker, PatternType.LITERAL, "y") == Errors.NONE,
            () -> "a list made in ZooKeeper is in force: " + cluster.lastOutput());
      }
      var tookMs = new ArrayList<Long>();
      for (int round = 0; round < ROUNDS; round++) {
        for (int by = 0; by < brokers.size(); by++) {
          tookMs.add(createAndDelete(brokers, by, "topic-" + round + "-" + by));
        }
      }
      Collections.sort(tookMs);
      LOG.info(
          "{} changes were in force everywhere after {} ms (median), {} ms (maximum)",
          tookMs.size(),
          tookMs.get(tookMs.size() / 2),
          tookMs.getLast());
    } finally {
      brokers.forEach(WireConnection::close);
    }
  }

  /** Gives the milliseconds from the request to when all brokers keep to the new list. */
  private static long createAndDelete(List<WireConnection> brokers, int by, String topic) {
    PatternType type = by % 2 == 0 ? PatternType.LITERAL : PatternType.PREFIXED;
    String name = type == PatternType.PREFIXED ? topic.substring(0, topic.length() - 1) : topic;
    brokers.forEach(
        each -> assertEquals(Errors.TOPIC_AUTHORIZATION_FAILED, errorOf(each, topic), "before"));
    long start = System.nanoTime();
    assertEquals(Errors.NONE, create(brokers.get(by), type, name));
    awaitEverywhere(brokers, topic, Errors.UNKNOWN_TOPIC_OR_PARTITION);
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    delete(brokers.get((by + 1) % brokers.size()), type, name);
    awaitEverywhere(brokers, topic, Errors.TOPIC_AUTHORIZATION_FAILED);
    return tookMs;
  }

  private static void awaitEverywhere(List<WireConnection> brokers, String topic, Errors wanted) {
    for (int i = 0; i < brokers.size(); i++) {
      int broker = i;
      Waiting.until(
          LIMIT,
          () -> errorOf(brokers.get(broker), topic) == wanted,
          () -> topic + " is answered with " + wanted + " by broker " + broker);
    }
  }

  private static Errors errorOf(WireConnection broker, String topic) {
    var answer =
        assertInstanceOf(
            MetadataResponse.class,
            broker.ask(new MetadataRequest.Builder(List.of(topic), false).build((short) 9)));
    return Errors.forCode(answer.data().topics().find(topic).errorCode());
  }

  private static Errors create(WireConnection broker, PatternType type, String topic) {
    var acl =
        new CreateAclsRequestData.AclCreation()
            .setResourceType(ResourceType.TOPIC.code())
            .setResourceName(topic)
            .setResourcePatternType(type.code())
            .setPrincipal("User:ANONYMOUS")
            .setHost("*")
            .setOperation(AclOperation.DESCRIBE.code())
            .setPermissionType(AclPermissionType.ALLOW.code());
    var request =
        new CreateAclsRequest.Builder(new CreateAclsRequestData().setCreations(List.of(acl)))
            .build((short) 2);
    var answer = assertInstanceOf(CreateAclsResponse.class, broker.ask(request));
    return Errors.forCode(answer.results().getFirst().errorCode());
  }

  private static void delete(WireConnection broker, PatternType type, String topic) {
    var filter =
        new DeleteAclsRequestData.DeleteAclsFilter()
            .setResourceTypeFilter(ResourceType.TOPIC.code())
            .setResourceNameFilter(topic)
            .setPatternTypeFilter(type.code())
            .setPrincipalFilter(null)
            .setHostFilter(null)
            .setOperation(AclOperation.ANY.code())
            .setPermissionType(AclPermissionType.ANY.code());
    var request =
        new DeleteAclsRequest.Builder(new DeleteAclsRequestData().setFilters(List.of(filter)))
            .build((short) 2);
    var result =
        assertInstanceOf(DeleteAclsResponse.class, broker.ask(request)).filterResults().getFirst();
    assertEquals(Errors.NONE, Errors.forCode(result.errorCode()), result::toString);
    assertEquals(1, result.matchingAcls().size(), result::toString);
  }

  /** A user made by the controller can log in to each broker. */
  private void usersComeInEverywhere(Cluster cluster, String user) {
    try (Admin admin = admin(0, "PLAIN", plainLogin())) {
      Clients.get(
          admin
              .alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          user,
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                          "secret")))
              .all());
    }
    for (Broker broker : cluster.brokers()) {
      awaitLogin(broker.id(), " username=\"" + user + "\" password=\"secret\";");
    }
  }

  /** Tokens, whoever makes them, are taken by each broker. */
  private void tokensAreTakenEverywhere(Cluster cluster, int by) {
    DelegationToken token;
    try (Admin admin = admin(by, "PLAIN", plainLogin())) {
      token = Clients.get(admin.createDelegationToken().delegationToken());
    }
    for (Broker broker : cluster.brokers()) {
      awaitLogin(
          broker.id(),
          " username=\"%s\" password=\"%s\" tokenauth=\"true\";"
              .formatted(token.tokenInfo().tokenId(), token.hmacAsBase64String()));
    }
  }

  private void awaitLogin(int broker, String login) {
    Waiting.until(
        LIMIT,
        () -> canLogIn(broker, scramModule() + login),
        () -> "broker " + broker + " takes" + login);
  }

  private boolean canLogIn(int broker, String login) {
    try (Admin client = admin(broker, "SCRAM-SHA-256", login)) {
      client.describeCluster().clusterId().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      assertInstanceOf(SaslAuthenticationException.class, e.getCause());
      return false;
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("broker " + broker + " does not answer a login", e);
    }
  }
}
