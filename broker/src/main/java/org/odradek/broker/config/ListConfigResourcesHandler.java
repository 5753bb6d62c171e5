package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.ListConfigResourcesRequest;
import org.odradek.protocol.message.ListConfigResourcesResponse;
import org.odradek.protocol.message.ListConfigResourcesResponse.ConfigResource;

/**
 * ListConfigResources (KIP-1142): what there is that can have a configuration. Version 0 asks for
 * subscriptions to client metrics (KIP-714), of which there are none.
 */
public final class ListConfigResourcesHandler
    implements ApiHandler<ListConfigResourcesRequest, ListConfigResourcesResponse> {
  private final Supplier<? extends Collection<String>> topics;
  private final Supplier<? extends Collection<Integer>> brokerIds;

  /** Both by what this broker knows of the cluster. */
  public ListConfigResourcesHandler(
      Supplier<? extends Collection<String>> topics,
      Supplier<? extends Collection<Integer>> brokerIds) {
    this.topics = topics;
    this.brokerIds = brokerIds;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.LIST_CONFIG_RESOURCES;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 1;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.DESCRIBE_CONFIGS;
  }

  @Override
  public ListConfigResourcesRequest read(MessageReader in, short version) {
    return ListConfigResourcesRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      ListConfigResourcesRequest request,
      Responder<ListConfigResourcesResponse> responder) {
    List<ConfigResourceType> types = new ArrayList<>();
    if (context.version() > 0) {
      for (byte id : request.resourceTypes()) {
        ConfigResourceType type = ConfigResourceType.forId(id);
        if (type == ConfigResourceType.UNKNOWN) {
          responder.complete(
              new ListConfigResourcesResponse().errorCode(ErrorCode.UNSUPPORTED_VERSION.code()));
          return;
        }
        types.add(type);
      }
      if (types.isEmpty()) {
        types = List.of(ConfigResourceType.values());
      }
    }
    List<ConfigResource> resources = new ArrayList<>();
    for (ConfigResourceType type : types) {
      for (String name : names(type)) {
        resources.add(new ConfigResource().resourceType(type.id()).resourceName(name));
      }
    }
    responder.complete(new ListConfigResourcesResponse().configResources(resources));
  }

  private List<String> names(ConfigResourceType type) {
    return switch (type) {
      case TOPIC -> topics.get().stream().sorted().toList();
      case BROKER, BROKER_LOGGER ->
          brokerIds.get().stream().sorted().map(id -> Integer.toString(id)).toList();
      case UNKNOWN, CLIENT_METRICS, GROUP -> List.of();
    };
  }

  @Override
  public ListConfigResourcesResponse error(
      ListConfigResourcesRequest request, short version, Throwable cause) {
    return new ListConfigResourcesResponse().errorCode(ConfigOutcome.of(cause).code().code());
  }
}
