package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.config.ConfigChange.Operation;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.IncrementalAlterConfigsRequest;
import org.odradek.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import org.odradek.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import org.odradek.protocol.message.IncrementalAlterConfigsResponse;
import org.odradek.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;

/**
 * IncrementalAlterConfigs (KIP-339): sets, deletes, appends to or subtracts from single keys of
 * topics, brokers and loggers.
 */
public final class IncrementalAlterConfigsHandler
    implements ApiHandler<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse> {
  private final ConfigAlteration alteration;
  private final ResourceAlterations<AlterConfigsResource, AlterConfigsResourceResponse>
      alterations =
          new ResourceAlterations<>(
              IncrementalAlterConfigsHandler::resource, IncrementalAlterConfigsHandler::response);

  public IncrementalAlterConfigsHandler(ConfigAlteration alteration) {
    this.alteration = alteration;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.INCREMENTAL_ALTER_CONFIGS;
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
  public IncrementalAlterConfigsRequest read(MessageReader in, short version) {
    return IncrementalAlterConfigsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      IncrementalAlterConfigsRequest request,
      Responder<IncrementalAlterConfigsResponse> responder) {
    var unused =
        alterations
            .make(
                request.resources(),
                context.access(),
                (resource, altered) -> alter(resource, altered.configs(), request.validateOnly()))
            .thenAccept(answers ->
                responder.complete(new IncrementalAlterConfigsResponse().responses(answers)));
  }

  private CompletableFuture<Void> alter(
      ConfigResource resource, List<AlterableConfig> configs, boolean validateOnly) {
    List<ConfigChange> changes = new ArrayList<>();
    try {
      for (AlterableConfig config : configs) {
        changes.add(
            new ConfigChange(
                config.name(), Operation.forId(config.configOperation()), config.value()));
      }
    } catch (ApiException e) {
      return CompletableFuture.failedFuture(e);
    }
    return alteration.change(resource, changes, validateOnly);
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
  public IncrementalAlterConfigsResponse error(
      IncrementalAlterConfigsRequest request, short version, Throwable cause) {
    return new IncrementalAlterConfigsResponse()
        .responses(alterations.refusals(request.resources(), cause));
  }
}
