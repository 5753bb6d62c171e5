package org.odradek.broker.authorization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.odradek.broker.authorization.AuthorizationRow.THERE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.odradek.broker.authorization.AuthorizationRow.Named;
import org.odradek.broker.authorization.AuthorizationRow.Right;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.main.Broker;
import org.odradek.broker.network.ClientConnection;
import org.odradek.broker.network.Endpoint;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.controller.acl.AclStore;
import org.odradek.controller.zookeeper.EmbeddedZooKeeper;
import org.odradek.controller.zookeeper.EmbeddedZooKeeperConfig;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperClientConfig;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.ApiVersionsResponse;
import org.odradek.protocol.message.DescribeClusterRequest;
import org.odradek.protocol.message.DescribeClusterResponse;
import org.odradek.protocol.message.ListGroupsRequest;
import org.odradek.protocol.message.ListGroupsResponse;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataResponse;

/**
 * Every API that a broker serves, in every version: refused without the right, with Kafka's error
 * and without a word about what is there; served with it.
 *
 * <p>A stock broker passes the same rows (docs/testing.md): {@code -Dauthorization.broker} is the
 * address of one of Kafka, {@code -Dauthorization.zookeeper} that of its ZooKeeper server.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorizationTableTest {
  private static final String EVERYONE = "User:ANONYMOUS";

  /** As long as {@link AuthorizationRow#THERE}, and not there. */
  private static final String GONE = "other";

  private final Map<ApiKey, ApiVersionsResponse.ApiVersion> served = new HashMap<>();
  private final List<AutoCloseable> started = new ArrayList<>();
  private @Nullable Endpoint endpoint;
  private @Nullable ClientConnection client;
  private @Nullable ZooKeeperClient session;
  private Uuid there = Uuid.ZERO;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    String other = System.getProperty("authorization.broker");
    String zooKeeper =
        other == null
            ? startBroker(directory)
            : System.getProperty("authorization.zookeeper", "127.0.0.1:2181");
    if (other != null) {
      int colon = other.indexOf(':');
      endpoint =
          new Endpoint(
              "PLAINTEXT",
              other.substring(0, colon),
              Integer.parseInt(other.substring(colon + 1)),
              SecurityProtocol.PLAINTEXT);
    }
    session = ZooKeeperClient.connect(ZooKeeperClientConfig.of(zooKeeper));
    started.add(session);
    connect();
    ApiVersionsResponse versions =
        (ApiVersionsResponse) ask(ApiKey.API_VERSIONS, 0, new ApiVersionsRequest());
    versions.apiKeys().forEach(each -> served.put(key(each.apiKey()), each));
    makeTopicAndGroups();
  }

  /** One for each test, so that one that breaks it does not break all others. */
  @BeforeEach
  void connect() throws Exception {
    disconnect();
    Endpoint clients = Objects.requireNonNull(endpoint);
    client =
        new ClientConnection(SocketFactory.getDefault(), clients.host(), clients.port(), "table");
  }

  @AfterEach
  void disconnect() throws Exception {
    if (client != null) {
      client.close();
      client = null;
    }
  }

  @AfterAll
  void stop() throws Exception {
    disconnect();
    for (AutoCloseable part : started.reversed()) {
      part.close();
    }
  }

  /** Gives the address of its ZooKeeper server. */
  private String startBroker(Path directory) throws Exception {
    EmbeddedZooKeeper zooKeeper =
        EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory.resolve("zk"), 0));
    started.add(zooKeeper);
    Broker broker =
        new Broker(
            BrokerConfig.of(
                Map.of(
                    "listeners", "PLAINTEXT://127.0.0.1:0",
                    "broker.id", AuthorizationRows.BROKER,
                    "log.dirs", directory.resolve("logs").toString(),
                    "zookeeper.connect", zooKeeper.connectString(),
                    "offsets.topic.replication.factor", "1",
                    "offsets.topic.num.partitions", "1",
                    "group.initial.rebalance.delay.ms", "0",
                    "authorizer.class.name", "kafka.security.authorizer.AclAuthorizer",
                    "super.users", "User:admin")));
    broker.start();
    started.add(broker::stop);
    endpoint = broker.endpoints().getFirst();
    return zooKeeper.connectString();
  }

  private static ApiKey key(short id) {
    ApiKey key = ApiKey.forId(id);
    if (key == null) {
      throw new AssertionError("an API that is not known: " + id);
    }
    return key;
  }

  private Message ask(ApiKey api, int version, Message request) throws IOException {
    ClientConnection connection = client;
    if (connection == null) {
      throw new AssertionError("not started");
    }
    return connection.ask(api, version, request, Message.class);
  }

  /** A topic that is there, and the offsets topic, so that groups can be asked about. */
  private void makeTopicAndGroups() throws Exception {
    List<Right> rights =
        List.of(
            new Right(AclOperation.ALL, ResourceType.TOPIC),
            new Right(AclOperation.ALL, ResourceType.GROUP),
            new Right(AclOperation.ALL, ResourceType.CLUSTER));
    for (Right right : rights) {
      set(right, "*", true);
    }
    MetadataRequest request =
        new MetadataRequest()
            .topics(List.of(new MetadataRequest.MetadataRequestTopic().name(THERE)));
    MetadataResponse.MetadataResponseTopic topic;
    do {
      topic = ((MetadataResponse) ask(ApiKey.METADATA, 12, request)).topics().getFirst();
    } while (topic.errorCode() != ErrorCode.NONE.code());
    there = topic.topicId();
    for (AuthorizationRow row : AuthorizationRows.all()) {
      boolean needsCoordinator =
          row.right().type() == ResourceType.GROUP && row.api() == ApiKey.DESCRIBE_GROUPS;
      while (needsCoordinator && !ErrorCodes.in(ask(row, row.api(), 0, named(THERE))).isEmpty()) {
        findCoordinator();
      }
    }
    for (Right right : rights) {
      set(right, "*", false);
    }
    while (((MetadataResponse) ask(ApiKey.METADATA, 12, request)).topics().getFirst().errorCode()
        == ErrorCode.NONE.code()) {
      Thread.onSpinWait();
    }
  }

  private void findCoordinator() throws Exception {
    for (AuthorizationRow row : AuthorizationRows.all()) {
      if (row.api() == ApiKey.FIND_COORDINATOR && row.right().type() == ResourceType.GROUP) {
        var unused = ask(row, row.api(), 0, named(THERE));
      }
    }
  }

  private Named named(String name) {
    return AuthorizationRows.named(name, name.equals(THERE) ? there : null);
  }

  private Message ask(AuthorizationRow row, ApiKey api, int version, Named named)
      throws IOException {
    Message request = row.requests().of((short) version, named);
    if (request == null) {
      throw new AssertionError(row + " is not about version " + version);
    }
    return ask(api, version, request);
  }

  private void set(Right right, String name, boolean allowed) throws Exception {
    ZooKeeperClient zooKeeper = session;
    if (zooKeeper == null) {
      throw new AssertionError("not started");
    }
    AccessControlEntry entry =
        new AccessControlEntry(EVERYONE, "127.0.0.1", right.operation(), AclPermission.ALLOW);
    var unused =
        new AclStore(zooKeeper)
            .change(
                ResourcePattern.literal(right.type(), right.resourceName(name)),
                before -> {
                  Set<AccessControlEntry> after = new HashSet<>(before);
                  if (allowed) {
                    after.add(entry);
                  } else {
                    after.remove(entry);
                  }
                  return after;
                })
            .get(30, TimeUnit.SECONDS);
  }

  static Stream<AuthorizationRow> rows() {
    return AuthorizationRows.all().stream();
  }

  @Test
  void everyApiHasARowAndALineInTheDocumentation() throws Exception {
    Set<ApiKey> missing = new TreeSet<>(served.keySet());
    missing.removeAll(AuthorizationRows.OPEN_TO_ALL.keySet());
    AuthorizationRows.all().forEach(row -> missing.remove(row.api()));
    assertEquals(Set.of(), missing, "APIs that no row is about");
    String documentation = Files.readString(Path.of("..", "docs", "authorization.md"));
    for (ApiKey api : served.keySet()) {
      assertTrue(documentation.contains("| " + api.apiName() + " |"), "no line for " + api);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void withoutTheRightItIsRefusedAndWithItServed(AuthorizationRow row) throws Exception {
    ApiVersionsResponse.@Nullable ApiVersion range = served.get(row.api());
    if (range == null) {
      return; // a row for what is not served yet
    }
    Named named = named(row.harmless());
    for (Right right : row.besides()) {
      set(right, named.name(), true);
    }
    try {
      until(row, range, named, false);
      for (short v = range.minVersion(); v <= range.maxVersion(); v++) {
        if (row.requests().of(v, named) != null) {
          List<ErrorCode> codes = ErrorCodes.in(ask(row, row.api(), v, named));
          assertEquals(
              v < row.errorFrom() ? Set.of() : Set.of(row.error()),
              new HashSet<>(codes),
              row + " in version " + v);
        }
      }
      set(row.right(), named.name(), true);
      until(row, range, named, true);
      for (short v = range.minVersion(); v <= range.maxVersion(); v++) {
        if (row.requests().of(v, named) != null) {
          List<ErrorCode> codes = ErrorCodes.in(ask(row, row.api(), v, named));
          codes.retainAll(AuthorizationRow.denials());
          assertEquals(List.of(), codes, row + " in version " + v);
        }
      }
    } finally {
      set(row.right(), named.name(), false);
      for (Right right : row.besides()) {
        set(right, named.name(), false);
      }
      while (Collections.disjoint(
          ErrorCodes.in(ask(row, row.api(), range.maxVersion(), named)),
          AuthorizationRow.denials())) {
        failIfInterrupted(row, "still allowed");
      }
    }
  }

  /** Until the broker has heard of the rules, of those besides too. */
  private void until(
      AuthorizationRow row, ApiVersionsResponse.ApiVersion range, Named named, boolean allowed)
      throws Exception {
    boolean isAsWanted;
    do {
      failIfInterrupted(row, allowed ? "still denied" : "still allowed");
      List<ErrorCode> codes = ErrorCodes.in(ask(row, row.api(), range.maxVersion(), named));
      isAsWanted =
          allowed
              ? Collections.disjoint(codes, AuthorizationRow.denials())
              : codes.contains(row.error());
    } while (!isAsWanted);
  }

  /** The time limit of a test interrupts it. */
  private static void failIfInterrupted(AuthorizationRow row, String state)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException(row + " is " + state);
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void nothingIsToldOfWhatIsThere(AuthorizationRow row) throws Exception {
    ApiVersionsResponse.@Nullable ApiVersion range = served.get(row.api());
    if (range == null || !row.namesSomething()) {
      return;
    }
    Uuid id = new Uuid(3, 4); // the id is no secret, and that of a topic is not known from its name
    for (short v = range.minVersion(); v <= range.maxVersion(); v++) {
      Message ofThere = row.requests().of(v, new Named(THERE, id));
      Message ofGone = row.requests().of(v, new Named(GONE, id));
      if (ofThere != null && ofGone != null) {
        String told = ask(row.api(), v, ofThere).toString();
        assertEquals(
            told,
            ask(row.api(), v, ofGone).toString().replace(GONE, THERE),
            row + " in version " + v);
      }
    }
  }

  @Test
  void whatMayNotBeDescribedIsLeftOut() throws Exception {
    MetadataResponse metadata =
        (MetadataResponse) ask(ApiKey.METADATA, 12, new MetadataRequest().topics(null));
    assertEquals(List.of(), metadata.topics());
    assertFalse(metadata.brokers().isEmpty());
    ListGroupsResponse groups =
        (ListGroupsResponse) ask(ApiKey.LIST_GROUPS, 4, new ListGroupsRequest());
    assertEquals(ErrorCode.NONE.code(), groups.errorCode());
    assertEquals(List.of(), groups.groups());
  }

  @Test
  void operationsAreThoseThatAreAllowed() throws Exception {
    DescribeClusterRequest request =
        new DescribeClusterRequest().includeClusterAuthorizedOperations(true);
    assertEquals(
        0,
        ((DescribeClusterResponse) ask(ApiKey.DESCRIBE_CLUSTER, 0, request))
            .clusterAuthorizedOperations());
    Right create = new Right(AclOperation.CREATE, ResourceType.CLUSTER);
    Right describe = new Right(AclOperation.DESCRIBE, ResourceType.CLUSTER);
    set(create, "", true);
    set(describe, "", true);
    try {
      int expected = (1 << AclOperation.CREATE.code()) | (1 << AclOperation.DESCRIBE.code());
      int seen;
      do {
        seen =
            ((DescribeClusterResponse) ask(ApiKey.DESCRIBE_CLUSTER, 0, request))
                .clusterAuthorizedOperations();
      } while (seen != expected);
    } finally {
      set(create, "", false);
      set(describe, "", false);
      int seen;
      do {
        seen =
            ((DescribeClusterResponse) ask(ApiKey.DESCRIBE_CLUSTER, 0, request))
                .clusterAuthorizedOperations();
      } while (seen != 0);
    }
  }
}
