package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.metadata.AdvertisedEndpoints;
import org.odradek.broker.metadata.BrokerNode;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.metadata.PartitionMetadata;
import org.odradek.broker.metadata.TopicCreator;
import org.odradek.broker.network.Endpoint;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.FindCoordinatorRequest;
import org.odradek.protocol.message.FindCoordinatorResponse;
import org.odradek.protocol.message.FindCoordinatorResponse.Coordinator;

/**
 * Tells which broker coordinates a group: of one group until version 3, of several since version 4
 * (KIP-699). The first question makes the offsets topic; until it has leaders, the answer is
 * COORDINATOR_NOT_AVAILABLE, and clients ask again.
 */
public final class FindCoordinatorHandler
    implements ApiHandler<FindCoordinatorRequest, FindCoordinatorResponse> {
  private static final short FIRST_VERSION_WITH_SEVERAL_KEYS = 4;
  private static final byte GROUP = 0;
  private static final byte TRANSACTION = 1;

  private final GroupCoordinator coordinator;
  private final ClusterMetadata metadata;
  private final AdvertisedEndpoints endpoints;
  private final TopicCreator topics;

  public FindCoordinatorHandler(
      GroupCoordinator coordinator,
      ClusterMetadata metadata,
      AdvertisedEndpoints endpoints,
      TopicCreator topics) {
    this.coordinator = coordinator;
    this.metadata = metadata;
    this.endpoints = endpoints;
    this.topics = topics;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.FIND_COORDINATOR;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 6;
  }

  @Override
  public FindCoordinatorRequest read(MessageReader in, short version) {
    return FindCoordinatorRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      FindCoordinatorRequest request,
      Responder<FindCoordinatorResponse> out) {
    List<Coordinator> found = new ArrayList<>();
    List<String> keys = allowed(context, request, found);
    if (keys.isEmpty()) {
      out.complete(response(context.version(), found));
      return;
    }
    if (request.keyType() == TRANSACTION) {
      throw new ApiException(
          ErrorCode.UNSUPPORTED_VERSION, "This broker does not coordinate transactions");
    }
    MetadataSnapshot snapshot = metadata.current();
    if (snapshot.topic(GroupCoordinator.OFFSETS_TOPIC) == null) {
      topics
          .create(Set.of(GroupCoordinator.OFFSETS_TOPIC))
          .whenComplete((answers, failure) -> {
            keys.forEach(key -> found.add(failed(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, null)));
            out.complete(response(context.version(), found));
          });
      return;
    }
    for (String key : keys) {
      found.add(find(key, snapshot, context));
    }
    out.complete(response(context.version(), found));
  }

  /** The keys that the client may ask about; the answer to the others is added to the result. */
  private static List<String> allowed(
      RequestContext context, FindCoordinatorRequest request, List<Coordinator> refused) {
    ResourceType type =
        switch (request.keyType()) {
          case GROUP -> ResourceType.GROUP;
          case TRANSACTION -> ResourceType.TRANSACTIONAL_ID;
          default ->
              throw new ApiException(
                  ErrorCode.INVALID_REQUEST, "There is no coordinator type " + request.keyType());
        };
    List<String> allowed = new ArrayList<>();
    for (String key : keys(request, context.version())) {
      if (context.access().allows(AclOperation.DESCRIBE, type, key)) {
        allowed.add(key);
      } else {
        refused.add(
            failed(
                key,
                type == ResourceType.GROUP
                    ? ErrorCode.GROUP_AUTHORIZATION_FAILED
                    : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                null));
      }
    }
    return allowed;
  }

  private static List<String> keys(FindCoordinatorRequest request, short version) {
    return version >= FIRST_VERSION_WITH_SEVERAL_KEYS
        ? request.coordinatorKeys()
        : List.of(request.key());
  }

  private Coordinator find(String groupId, MetadataSnapshot snapshot, RequestContext context) {
    Endpoint endpoint = null;
    PartitionMetadata partition =
        snapshot.partition(GroupCoordinator.OFFSETS_TOPIC, coordinator.partitionFor(groupId));
    BrokerNode leader = partition == null ? null : snapshot.brokers().get(partition.leader());
    if (leader != null) {
      endpoint = endpoints.endpoint(leader, context);
    }
    if (leader == null || endpoint == null) {
      return failed(groupId, ErrorCode.COORDINATOR_NOT_AVAILABLE, null);
    }
    return new Coordinator()
        .key(groupId)
        .nodeId(leader.id())
        .host(endpoint.host())
        .port(endpoint.port())
        .errorMessage("");
  }

  private static Coordinator failed(String key, ErrorCode error, @Nullable String message) {
    return new Coordinator()
        .key(key)
        .nodeId(-1)
        .host("")
        .port(-1)
        .errorCode(error.code())
        .errorMessage(message == null ? error.message() : message);
  }

  private static FindCoordinatorResponse response(short version, List<Coordinator> found) {
    if (version >= FIRST_VERSION_WITH_SEVERAL_KEYS) {
      return new FindCoordinatorResponse().coordinators(found);
    }
    Coordinator only = found.getFirst();
    return new FindCoordinatorResponse()
        .errorCode(only.errorCode())
        // The word that Kafka has always put here.
        .errorMessage(only.errorCode() == 0 ? ErrorCode.NONE.name() : only.errorMessage())
        .nodeId(only.nodeId())
        .host(only.host())
        .port(only.port());
  }

  @Override
  public FindCoordinatorResponse error(
      FindCoordinatorRequest request, short version, Throwable cause) {
    List<Coordinator> failed = new ArrayList<>();
    for (String key : keys(request, version)) {
      failed.add(failed(key, ApiException.codeOf(cause), cause.getMessage()));
    }
    return response(version, failed);
  }
}
