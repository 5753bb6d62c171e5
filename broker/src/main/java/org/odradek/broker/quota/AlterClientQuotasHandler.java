package org.odradek.broker.quota;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.AlterClientQuotasRequest;
import org.odradek.protocol.message.AlterClientQuotasRequest.OpData;
import org.odradek.protocol.message.AlterClientQuotasResponse;
import org.odradek.protocol.message.AlterClientQuotasResponse.EntityData;
import org.odradek.protocol.message.AlterClientQuotasResponse.EntryData;

/** Sets and removes quotas, in ZooKeeper. */
public final class AlterClientQuotasHandler
    implements ApiHandler<AlterClientQuotasRequest, AlterClientQuotasResponse> {
  private final QuotaRepository repository;

  public AlterClientQuotasHandler(QuotaRepository repository) {
    this.repository = repository;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.ALTER_CLIENT_QUOTAS;
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
    return AclOperation.ALTER_CONFIGS;
  }

  @Override
  public AlterClientQuotasRequest read(MessageReader in, short version) {
    return AlterClientQuotasRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      AlterClientQuotasRequest request,
      Responder<AlterClientQuotasResponse> out) {
    List<CompletableFuture<EntryData>> open = new ArrayList<>();
    for (AlterClientQuotasRequest.EntryData entry : request.entries()) {
      open.add(
          change(entry, request.validateOnly()).handle((done, failure) -> answer(entry, failure)));
    }
    CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenRun(() ->
            out.complete(
                new AlterClientQuotasResponse()
                    .entries(open.stream().map(CompletableFuture::join).toList())));
  }

  private CompletableFuture<Void> change(
      AlterClientQuotasRequest.EntryData entry, boolean validateOnly) {
    ConfigEntity entity;
    Map<String, @Nullable String> changes;
    try {
      NamedEntity named = entity(entry);
      entity = named.configEntity();
      changes = changes(named, entry.ops());
    } catch (ApiException e) {
      return CompletableFuture.failedFuture(e);
    }
    return validateOnly
        ? CompletableFuture.completedFuture(null)
        : repository.change(entity, before -> changed(before, changes));
  }

  private static NamedEntity entity(AlterClientQuotasRequest.EntryData entry) {
    NamedEntity.Builder names = new NamedEntity.Builder();
    entry.entity().forEach(part -> names.add(part.entityType(), part.entityName()));
    return names.build();
  }

  /** Texts by name of the setting; null for those that go. */
  private static Map<String, @Nullable String> changes(NamedEntity entity, List<OpData> ops) {
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    for (OpData op : ops) {
      QuotaSetting setting = QuotaSetting.of(entity).get(op.key());
      if (setting == null) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST,
            "'"
                + op.key()
                + "' is no quota of "
                + (entity.isAddress() ? "an address" : "a user or client")
                + "; those are "
                + String.join(", ", QuotaSetting.of(entity).keySet().stream().sorted().toList()));
      }
      // also one that is removed: what is set for a user may be a credential
      changes.put(op.key(), op.remove() ? null : setting.text(op.value()));
    }
    return changes;
  }

  private static Map<String, String> changed(
      Map<String, String> before, Map<String, @Nullable String> changes) {
    Map<String, String> after = new LinkedHashMap<>(before);
    changes.forEach((name, text) -> {
      if (text == null) {
        after.remove(name);
      } else {
        after.put(name, text);
      }
    });
    return after;
  }

  private static EntryData answer(
      AlterClientQuotasRequest.EntryData entry, @Nullable Throwable failure) {
    EntryData answer =
        new EntryData()
            .entity(
                entry.entity().stream()
                    .map(part ->
                        new EntityData()
                            .entityType(part.entityType())
                            .entityName(part.entityName()))
                    .toList());
    return failure == null
        ? answer
        : answer
            .errorCode(ApiException.codeOf(failure).code())
            .errorMessage(QuotaFailures.message(failure));
  }

  @Override
  public AlterClientQuotasResponse error(
      AlterClientQuotasRequest request, short version, Throwable cause) {
    return new AlterClientQuotasResponse()
        .entries(request.entries().stream().map(entry -> answer(entry, cause)).toList());
  }
}
