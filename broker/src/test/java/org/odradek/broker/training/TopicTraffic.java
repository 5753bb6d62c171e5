package org.odradek.broker.training;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.odradek.broker.network.ClientConnection;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.ApiVersionsResponse;
import org.odradek.protocol.message.CreateTopicsRequest;
import org.odradek.protocol.message.CreateTopicsRequest.CreatableTopic;
import org.odradek.protocol.message.CreateTopicsResponse;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataRequest.MetadataRequestTopic;
import org.odradek.protocol.message.MetadataResponse;

/** What clients of all ages ask when they come, and how their topics come to be. */
final class TopicTraffic {
  private static final long LEADERS_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int WITH_TOPIC_IDS = 12;

  /** A topic that is ready to be written to. */
  record Topic(String name, Uuid id, int partitions) {}

  private final ClientConnection connection;

  TopicTraffic(ClientConnection connection) {
    this.connection = connection;
  }

  /** Every version that the broker serves of the requests that connections begin with. */
  void greet() throws IOException {
    ApiVersionsResponse served = apiVersions(0);
    for (int version = 1; version <= highest(served, ApiKey.API_VERSIONS); version++) {
      var unused = apiVersions(version);
    }
    for (int version = 0; version <= highest(served, ApiKey.METADATA); version++) {
      var none = new MetadataRequest().topics(List.of());
      var unused = connection.ask(ApiKey.METADATA, version, none, MetadataResponse.class);
    }
  }

  private ApiVersionsResponse apiVersions(int version) throws IOException {
    var request =
        new ApiVersionsRequest().clientSoftwareName("training").clientSoftwareVersion("1");
    var response = connection.ask(ApiKey.API_VERSIONS, version, request, ApiVersionsResponse.class);
    check(response.errorCode());
    return response;
  }

  private static int highest(ApiVersionsResponse served, ApiKey apiKey) {
    return served.apiKeys().stream()
        .filter(api -> api.apiKey() == apiKey.id())
        .mapToInt(ApiVersionsResponse.ApiVersion::maxVersion)
        .findFirst()
        .orElseThrow();
  }

  /** Creates a topic as an admin client does. */
  Topic create(String name, int partitions, int version) throws IOException {
    var topic =
        new CreatableTopic().name(name).numPartitions(partitions).replicationFactor((short) 1);
    var response =
        connection.ask(
            ApiKey.CREATE_TOPICS,
            version,
            new CreateTopicsRequest().topics(List.of(topic)),
            CreateTopicsResponse.class);
    check(response.topics().getFirst().errorCode());
    return find(name);
  }

  /**
   * Waits for the leaders of a topic; asking for one that is not there makes the broker create it.
   */
  Topic find(String name) throws IOException {
    long deadline = System.nanoTime() + LEADERS_MAX_NANOS;
    while (true) {
      var response =
          connection.ask(
              ApiKey.METADATA,
              WITH_TOPIC_IDS,
              new MetadataRequest().topics(List.of(new MetadataRequestTopic().name(name))),
              MetadataResponse.class);
      var topic = response.topics().getFirst();
      if (topic.errorCode() == ErrorCode.NONE.code()
          && topic.partitions().stream().allMatch(partition -> partition.leaderId() >= 0)) {
        return new Topic(name, topic.topicId(), topic.partitions().size());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IOException("no leaders of " + name + ": " + topic);
      }
    }
  }

  /** The broker has to be trained with what it does, not with refusals. */
  static void check(short errorCode) throws IOException {
    if (errorCode != ErrorCode.NONE.code()) {
      throw new IOException("the broker answered with error " + ErrorCode.forCode(errorCode));
    }
  }
}
