package org.odradek.broker.quota;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.DescribeClientQuotasRequest;
import org.odradek.protocol.message.DescribeClientQuotasResponse;
import org.odradek.protocol.message.DescribeClientQuotasResponse.EntityData;
import org.odradek.protocol.message.DescribeClientQuotasResponse.EntryData;
import org.odradek.protocol.message.DescribeClientQuotasResponse.ValueData;

/** Tells which quotas are set, by what is in ZooKeeper now. */
public final class DescribeClientQuotasHandler
    implements ApiHandler<DescribeClientQuotasRequest, DescribeClientQuotasResponse> {
  private static final List<String> TYPES = List.of("users", "clients", "ips");

  private final QuotaRepository repository;

  public DescribeClientQuotasHandler(QuotaRepository repository) {
    this.repository = repository;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_CLIENT_QUOTAS;
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
  public DescribeClientQuotasRequest read(MessageReader in, short version) {
    return DescribeClientQuotasRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeClientQuotasRequest request,
      Responder<DescribeClientQuotasResponse> out) {
    QuotaFilter filter = QuotaFilter.of(request);
    candidates(filter)
        .whenComplete((settings, failure) ->
            out.complete(
                failure == null
                    ? new DescribeClientQuotasResponse().entries(entries(filter, settings))
                    : error(request, context.version(), failure)));
  }

  private CompletableFuture<Map<ConfigEntity, Map<String, String>>> candidates(QuotaFilter filter) {
    NamedEntity only = filter.only();
    if (only != null) {
      ConfigEntity entity = only.configEntity();
      return repository.read(entity).thenApply(settings -> Map.of(entity, settings));
    }
    CompletableFuture<Map<ConfigEntity, Map<String, String>>> all =
        CompletableFuture.completedFuture(new LinkedHashMap<>());
    for (String type : TYPES) {
      all =
          all.thenCombine(
              repository.readAll(type),
              (some, more) -> {
                some.putAll(more);
                return some;
              });
    }
    return all;
  }

  private static List<EntryData> entries(
      QuotaFilter filter, Map<ConfigEntity, Map<String, String>> settings) {
    List<EntryData> entries = new ArrayList<>();
    settings.forEach((configEntity, set) -> {
      NamedEntity entity = NamedEntity.of(configEntity);
      if (entity != null && filter.matches(entity)) {
        List<ValueData> values = values(entity, set);
        if (!values.isEmpty()) {
          entries.add(new EntryData().entity(names(entity)).values(values));
        }
      }
    });
    return entries;
  }

  private static List<EntityData> names(NamedEntity entity) {
    return entity.names().keySet().stream()
        .map(type -> new EntityData().entityType(type).entityName(entity.nameToSend(type)))
        .toList();
  }

  private static List<ValueData> values(NamedEntity entity, Map<String, String> settings) {
    List<ValueData> values = new ArrayList<>();
    for (String name : QuotaSetting.of(entity).keySet().stream().sorted().toList()) {
      String text = settings.get(name);
      Double value = text == null ? null : QuotaSetting.value(text);
      if (value != null) {
        values.add(new ValueData().key(name).value(value));
      }
    }
    return values;
  }

  @Override
  public DescribeClientQuotasResponse error(
      DescribeClientQuotasRequest request, short version, Throwable cause) {
    ErrorCode code = ApiException.codeOf(cause);
    return new DescribeClientQuotasResponse()
        .errorCode(code.code())
        .errorMessage(QuotaFailures.message(cause))
        .entries(null);
  }
}
