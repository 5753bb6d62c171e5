package org.odradek.broker.config;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.config.ConfigChange.Operation;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.AlterConfigsRequest;
import org.odradek.protocol.message.AlterConfigsRequest.AlterConfigsResource;
import org.odradek.protocol.message.AlterConfigsRequest.AlterableConfig;
import org.odradek.protocol.message.AlterConfigsResponse;
import org.odradek.protocol.message.AlterConfigsResponse.AlterConfigsResourceResponse;

/** AlterConfigs: sets the given keys of topics and brokers, and takes away all others. */
public final class AlterConfigsHandler
    implements ApiHandler<AlterConfigsRequest, AlterConfigsResponse> {
  private final ConfigAlteration alteration;
  private final ResourceAlterations<AlterConfigsResource, AlterConfigsResourceResponse>
      alterations =
          new ResourceAlterations<>(AlterConfigsHandler::resource, AlterConfigsHandler::response);

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
    var unused =
        alterations
            .make(
                request.resources(),
                context.access(),
                (resource, altered) -> alter(resource, altered.configs(), request.validateOnly()))
            .thenAccept(
                answers -> responder.complete(new AlterConfigsResponse().responses(answers)));
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
    return ConfigResource.of(resource.resourceType(), resource.resourceName());
  }

  private static AlterConfigsResourceResponse response(
      AlterConfigsResource resource, @Nullable Throwable cause) {
    ConfigOutcome outcome = ConfigOutcome.of(cause);
    return new AlterConfigsResourceResponse()
        .resourceType(resource.resourceType())
        .resourceName(resource.resourceName())
        .errorCode(outcome.code().code())
        .errorMessage(outcome.message());
  }

  @Override
  public AlterConfigsResponse error(AlterConfigsRequest request, short version, Throwable cause) {
    return new AlterConfigsResponse().responses(alterations.refusals(request.resources(), cause));
  }
}
