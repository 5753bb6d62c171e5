package org.odradek.broker.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.AuthorizedOperations;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.network.Endpoint;
import org.odradek.controller.topic.TopicNames;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataRequest.MetadataRequestTopic;
import org.odradek.protocol.message.MetadataResponse;
import org.odradek.protocol.message.MetadataResponse.MetadataResponseBroker;
import org.odradek.protocol.message.MetadataResponse.MetadataResponseTopic;

/**
 * Tells clients of brokers, topics and leaders, and creates topics that they ask about where that
 * is allowed ({@code auto.create.topics.enable}, and the client's consent from version 4 on).
 *
 * <p>A topic just created has no leader yet: the answer says LEADER_NOT_AVAILABLE, and the client
 * asks again.
 */
public final class MetadataHandler implements ApiHandler<MetadataRequest, MetadataResponse> {
  /** In older versions topics are asked for by name only. */
  private static final short FIRST_VERSION_BY_ID = 12;

  private final ClusterMetadata metadata;
  private final AdvertisedEndpoints endpoints;
  private final TopicCreator creator;
  private final BooleanSupplier autoCreateTopics;
  private final String clusterId;

  /**
   * @param autoCreateTopics asked at each request, since it may change
   */
  public MetadataHandler(
      ClusterMetadata metadata,
      AdvertisedEndpoints endpoints,
      TopicCreator creator,
      BooleanSupplier autoCreateTopics,
      String clusterId) {
    this.metadata = metadata;
    this.endpoints = endpoints;
    this.creator = creator;
    this.autoCreateTopics = autoCreateTopics;
    this.clusterId = clusterId;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.METADATA;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 13;
  }

  @Override
  public MetadataRequest read(MessageReader in, short version) {
    return MetadataRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, MetadataRequest request, Responder<MetadataResponse> out) {
    short version = context.version();
    Access access = context.access();
    MetadataSnapshot snapshot = metadata.current();
    TopicAnswers answers =
        new TopicAnswers(
            snapshot,
            context.listenerName(),
            version,
            request.includeTopicAuthorizedOperations(),
            access);
    List<MetadataResponseTopic> topics = new ArrayList<>();
    List<MetadataRequestTopic> asked = request.topics();
    if (asked == null || (asked.isEmpty() && version == 0)) {
      for (TopicMetadata topic : snapshot.topics()) {
        if (access.allowsQuietly(AclOperation.DESCRIBE, ResourceType.TOPIC, topic.name())) {
          topics.add(answers.known(topic));
        }
      }
      out.complete(response(context, request, snapshot, topics));
      return;
    }
    Set<String> missing = new LinkedHashSet<>();
    if (isById(asked, version)) {
      addById(access, snapshot, answers, asked, topics);
    } else {
      addByName(access, snapshot, answers, asked, topics, missing);
    }
    boolean create = request.allowAutoTopicCreation() && autoCreateTopics.getAsBoolean();
    if (create) {
      removeUncreatable(access, answers, missing, topics);
    }
    if (missing.isEmpty() || !create) {
      missing.forEach(
          name -> topics.add(answers.unknown(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)));
      out.complete(response(context, request, snapshot, topics));
      return;
    }
    creator
        .create(missing)
        .whenComplete((created, failure) -> {
          addCreated(answers, missing, created, failure, topics);
          out.complete(response(context, request, metadata.current(), topics));
        });
  }

  private static boolean isById(List<MetadataRequestTopic> asked, short version) {
    boolean byId = false;
    for (MetadataRequestTopic topic : asked) {
      boolean hasId = !topic.topicId().equals(Uuid.ZERO);
      if (version < FIRST_VERSION_BY_ID && (hasId || topic.name() == null)) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST,
            "Topics are asked for by name before version " + FIRST_VERSION_BY_ID);
      }
      byId |= hasId;
    }
    return byId;
  }

  private static void addById(
      Access access,
      MetadataSnapshot snapshot,
      TopicAnswers answers,
      List<MetadataRequestTopic> asked,
      List<MetadataResponseTopic> topics) {
    Set<Uuid> ids = new LinkedHashSet<>();
    asked.forEach(topic -> ids.add(topic.topicId()));
    ids.remove(Uuid.ZERO);
    for (Uuid id : ids) {
      TopicMetadata topic = snapshot.topic(id);
      if (topic == null) {
        topics.add(answers.unknownId(id));
      } else if (access.allowsOnTopic(AclOperation.DESCRIBE, topic.name())) {
        topics.add(answers.known(topic));
      } else {
        topics.add(answers.unauthorizedId(id));
      }
    }
  }

  private static void addByName(
      Access access,
      MetadataSnapshot snapshot,
      TopicAnswers answers,
      List<MetadataRequestTopic> asked,
      List<MetadataResponseTopic> topics,
      Set<String> missing) {
    Set<String> names = new LinkedHashSet<>();
    for (MetadataRequestTopic topic : asked) {
      if (topic.name() != null) {
        names.add(topic.name());
      }
    }
    for (String name : names) {
      TopicMetadata topic = snapshot.topic(name);
      if (!access.allowsOnTopic(AclOperation.DESCRIBE, name)) {
        topics.add(answers.unauthorized(name));
      } else if (topic != null) {
        topics.add(answers.known(topic));
      } else if (TopicNames.problem(name) != null) {
        topics.add(answers.unknown(name, ErrorCode.INVALID_TOPIC_EXCEPTION));
      } else {
        missing.add(name);
      }
    }
  }

  /** Who may not create topics by any name needs to be allowed to for each one. */
  private static void removeUncreatable(
      Access access,
      TopicAnswers answers,
      Set<String> missing,
      List<MetadataResponseTopic> topics) {
    if (missing.isEmpty()
        || access.allowsQuietly(
            AclOperation.CREATE, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME)) {
      return;
    }
    missing.removeIf(name -> {
      boolean refused = !access.allowsOnTopic(AclOperation.CREATE, name);
      if (refused) {
        topics.add(answers.unauthorized(name));
      }
      return refused;
    });
  }

  private static void addCreated(
      TopicAnswers answers,
      Collection<String> asked,
      @Nullable Map<String, ErrorCode> created,
      @Nullable Throwable failure,
      List<MetadataResponseTopic> topics) {
    for (String name : asked) {
      ErrorCode code = created == null ? null : created.get(name);
      if (code == null) {
        code =
            failure == null ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ApiException.codeOf(failure);
      }
      topics.add(answers.unknown(name, code));
    }
  }

  private MetadataResponse response(
      RequestContext context,
      MetadataRequest request,
      MetadataSnapshot snapshot,
      List<MetadataResponseTopic> topics) {
    List<MetadataResponseBroker> brokers = new ArrayList<>();
    for (BrokerNode broker : snapshot.brokers().values()) {
      Endpoint endpoint = endpoints.endpoint(broker, context);
      if (endpoint != null) {
        brokers.add(
            new MetadataResponseBroker()
                .nodeId(broker.id())
                .host(endpoint.host())
                .port(endpoint.port())
                .rack(broker.rack()));
      }
    }
    boolean clusterOperationsAsked =
        request.includeClusterAuthorizedOperations()
            && context.version() >= 8
            && context.version() <= 10;
    return new MetadataResponse()
        .brokers(brokers)
        .clusterId(clusterId)
        .controllerId(
            snapshot.isAlive(snapshot.controllerId())
                ? snapshot.controllerId()
                : MetadataSnapshot.NO_CONTROLLER)
        .topics(topics)
        .clusterAuthorizedOperations(
            AuthorizedOperations.ofCluster(clusterOperationsAsked, context.access()));
  }

  @Override
  public MetadataResponse error(MetadataRequest request, short version, Throwable cause) {
    ErrorCode code = ApiException.codeOf(cause);
    List<MetadataResponseTopic> topics = new ArrayList<>();
    if (request.topics() != null) {
      for (MetadataRequestTopic topic : request.topics()) {
        // null names can be answered from version 12 on
        String name = topic.name() == null && version < FIRST_VERSION_BY_ID ? "" : topic.name();
        topics.add(
            new MetadataResponseTopic().errorCode(code.code()).name(name).topicId(topic.topicId()));
      }
    }
    return new MetadataResponse().clusterId(clusterId).topics(topics).errorCode(code.code());
  }
}
