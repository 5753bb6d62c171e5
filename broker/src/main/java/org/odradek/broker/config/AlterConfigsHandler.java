package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.config.ConfigChange.Operation;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.AlterConfigsRequest;
import org.odradek.protocol.message.AlterConfigsRequest.AlterConfigsResource;
import org.odradek.protocol.message.AlterConfigsRequest.AlterableConfig;
import org.odradek.protocol.message.AlterConfigsResponse;
import org.odradek.protocol.message.AlterConfigsResponse.AlterConfigsResourceResponse;

/** AlterConfigs: sets the given keys of topics and brokers, and takes away all others. */
public final class AlterConfigsHandler
    implements ApiHandler<AlterConfigsRequest, AlterConfigsResponse> {
  private final ConfigAlteration alteration;

  public AlterConfigsHandler(ConfigAlteration alteration) {
    this.alteration = alteration;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.ALTER_CONFIGS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 2;
  }

  @Override
  public AlterConfigsRequest read(MessageReader in, short version) {
    return AlterConfigsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      AlterConfigsRequest request,
      Responder<AlterConfigsResponse> responder) {
    Map<ConfigResource, Integer> seen = new HashMap<>();
    request.resources().forEach(each -> seen.merge(resource(each), 1, Integer::sum));
    List<CompletableFuture<AlterConfigsResourceResponse>> results = new ArrayList<>();
    for (AlterConfigsResource altered : request.resources()) {
      ConfigResource resource = resource(altered);
      ApiException denial = resource.denial(context.access(), AclOperation.ALTER_CONFIGS);
      CompletableFuture<Void> result;
      if (denial != null) {
        result = CompletableFuture.failedFuture(denial);
      } else if (seen.getOrDefault(resource, 0) > 1) {
        result = CompletableFuture.failedFuture(resource.duplicate());
      } else {
        result = alter(resource, altered.configs(), request.validateOnly());
      }
      results.add(result.handle((done, failure) -> response(altered, failure)));
    }
    CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
        .whenComplete((done, failure) ->
            responder.complete(
                new AlterConfigsResponse()
                    .responses(results.stream().map(CompletableFuture::join).toList())));
  }

  private CompletableFuture<Void> alter(
      ConfigResource resource, List<AlterableConfig> configs, boolean validateOnly) {
    List<ConfigChange> changes =
        configs.stream()
            .map(config -> new ConfigChange(config.name(), Operation.SET, config.value()))
            .toList();
    return alteration.replace(resource, changes, validateOnly);
  }

  private static ConfigResource resource(AlterConfigsResource resource) {
    return new ConfigResource(
        ConfigResourceType.forId(resource.resourceType()), resource.resourceName());
  }

  private static AlterConfigsResourceResponse response(
      AlterConfigsResource resource, @Nullable Throwable cause) {
    AlterConfigsResourceResponse response =
        new AlterConfigsResourceResponse()
            .resourceType(resource.resourceType())
            .resourceName(resource.resourceName());
    if (cause == null) {
      return response.errorMessage(null);
    }
    ConfigFailure failure = ConfigFailure.of(cause);
    return response.errorCode(failure.code().code()).errorMessage(failure.message());
  }

  @Override
  public AlterConfigsResponse error(AlterConfigsRequest request, short version, Throwable cause) {
    return new AlterConfigsResponse()
        .responses(request.resources().stream().map(each -> response(each, cause)).toList());
  }
}
