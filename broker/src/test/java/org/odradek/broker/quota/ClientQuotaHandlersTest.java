package org.odradek.broker.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.partition.Answer;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.AlterClientQuotasRequest;
import org.odradek.protocol.message.AlterClientQuotasRequest.EntityData;
import org.odradek.protocol.message.AlterClientQuotasRequest.EntryData;
import org.odradek.protocol.message.AlterClientQuotasRequest.OpData;
import org.odradek.protocol.message.AlterClientQuotasResponse;
import org.odradek.protocol.message.DescribeClientQuotasRequest;
import org.odradek.protocol.message.DescribeClientQuotasRequest.ComponentData;
import org.odradek.protocol.message.DescribeClientQuotasResponse;

final class ClientQuotaHandlersTest {
  private final Map<ConfigEntity, Map<String, String>> stored = new LinkedHashMap<>();
  private int readsOfAll;

  private final QuotaRepository repository =
      new QuotaRepository() {
        @Override
        public CompletableFuture<Map<String, String>> read(ConfigEntity entity) {
          return CompletableFuture.completedFuture(stored.getOrDefault(entity, Map.of()));
        }

        @Override
        public CompletableFuture<Map<ConfigEntity, Map<String, String>>> readAll(String type) {
          readsOfAll++;
          return CompletableFuture.completedFuture(
              stored.entrySet().stream()
                  .filter(entry -> entry.getKey().type().equals(type))
                  .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        }

        @Override
        public CompletableFuture<Void> change(
            ConfigEntity entity, UnaryOperator<Map<String, String>> change) {
          stored.put(entity, change.apply(stored.getOrDefault(entity, Map.of())));
          return CompletableFuture.completedFuture(null);
        }
      };
  private final AlterClientQuotasHandler alter = new AlterClientQuotasHandler(repository);
  private final DescribeClientQuotasHandler describe = new DescribeClientQuotasHandler(repository);

  private static EntryData entry(@Nullable String... typesAndNames) {
    List<EntityData> entity = new ArrayList<>();
    for (int i = 0; i < typesAndNames.length; i += 2) {
      String type = typesAndNames[i];
      assertNotNull(type);
      entity.add(new EntityData().entityType(type).entityName(typesAndNames[i + 1]));
    }
    return new EntryData().entity(entity);
  }

  private static OpData set(String key, double value) {
    return new OpData().key(key).value(value);
  }

  private ErrorCode alter(EntryData entry, OpData... ops) {
    return alter(false, entry, ops);
  }

  private ErrorCode alter(boolean validateOnly, EntryData entry, OpData... ops) {
    AlterClientQuotasResponse response =
        Answer.to(
                alter,
                validateOnly ? 0 : 1,
                new AlterClientQuotasRequest()
                    .entries(List.of(entry.ops(List.of(ops))))
                    .validateOnly(validateOnly),
                AlterClientQuotasResponse::read)
            .get();
    assertEquals(entry.entity().size(), response.entries().getFirst().entity().size());
    return ErrorCode.forCode(response.entries().getFirst().errorCode());
  }

  @Test
  void quotasAreWrittenAsStockToolsWriteThem() {
    stored.put(new ConfigEntity("users/a%20b"), Map.of("SCRAM-SHA-256", "kept"));
    assertEquals(
        ErrorCode.NONE,
        alter(
            entry("user", "a b"),
            set("producer_byte_rate", 1024),
            set("request_percentage", 50.5)));
    assertEquals(
        Map.of("SCRAM-SHA-256", "kept", "producer_byte_rate", "1024", "request_percentage", "50.5"),
        stored.get(new ConfigEntity("users/a%20b")));
    assertEquals(
        ErrorCode.NONE,
        alter(entry("user", "a b"), new OpData().key("producer_byte_rate").remove(true)));
    assertEquals(
        Map.of("SCRAM-SHA-256", "kept", "request_percentage", "50.5"),
        stored.get(new ConfigEntity("users/a%20b")));
    assertEquals(
        ErrorCode.NONE,
        alter(entry("client-id", null, "user", "u"), set("controller_mutation_rate", 0.25)));
    assertEquals(
        Map.of("controller_mutation_rate", "0.25"),
        stored.get(new ConfigEntity("users/u/clients/<default>")));
    assertEquals(
        ErrorCode.NONE, alter(entry("ip", "127.0.0.1"), set("connection_creation_rate", 10)));
    assertEquals(
        Map.of("connection_creation_rate", "10"), stored.get(new ConfigEntity("ips/127.0.0.1")));
    assertEquals(
        ErrorCode.NONE, alter(true, entry("ip", null), set("connection_creation_rate", 10)));
    assertNull(stored.get(new ConfigEntity("ips/<default>")), "only validated");
  }

  @Test
  void refusals() {
    ErrorCode refused = ErrorCode.INVALID_REQUEST;
    assertEquals(refused, alter(entry("user", "u"), set("producer_byte_rate", 1.5)));
    assertEquals(refused, alter(entry("user", "u"), set("producer_byte_rate", -1)));
    assertEquals(refused, alter(entry("user", "u"), set("request_percentage", Double.NaN)));
    assertEquals(refused, alter(entry("user", "u"), set("connection_creation_rate", 1)));
    assertEquals(refused, alter(entry("ip", "127.0.0.1"), set("producer_byte_rate", 1)));
    assertEquals(refused, alter(entry("ip", null), set("connection_creation_rate", 1e12)));
    assertEquals(refused, alter(entry("ip", "no address"), set("connection_creation_rate", 1)));
    assertEquals(refused, alter(entry("user", ""), set("producer_byte_rate", 1)));
    assertEquals(refused, alter(entry("user", "a", "user", "b"), set("producer_byte_rate", 1)));
    assertEquals(refused, alter(entry("user", "a", "ip", null), set("producer_byte_rate", 1)));
    assertEquals(refused, alter(entry("group", "a"), set("producer_byte_rate", 1)));
    assertEquals(refused, alter(entry(), set("producer_byte_rate", 1)));
    assertEquals(
        refused, alter(entry("user", "u"), new OpData().key("SCRAM-SHA-256").remove(true)));
    assertEquals(Map.of(), stored);
  }

  private static ComponentData component(String type, int matchType, @Nullable String match) {
    return new ComponentData().entityType(type).matchType((byte) matchType).match(match);
  }

  private TreeSet<String> describe(boolean strict, ComponentData... components) {
    DescribeClientQuotasResponse response =
        Answer.to(
                describe,
                1,
                new DescribeClientQuotasRequest().components(List.of(components)).strict(strict),
                DescribeClientQuotasResponse::read)
            .get();
    assertEquals(ErrorCode.NONE.code(), response.errorCode());
    List<DescribeClientQuotasResponse.EntryData> entries = response.entries();
    assertNotNull(entries);
    return entries.stream()
        .map(entry ->
            entry.entity().stream()
                    .map(part -> part.entityType() + "=" + part.entityName())
                    .collect(Collectors.joining(","))
                + entry.values().stream()
                    .map(value -> " " + value.value())
                    .collect(Collectors.joining()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void someQuotas() {
    stored.put(new ConfigEntity("users/a%20b"), Map.of("producer_byte_rate", "1", "x", "y"));
    stored.put(new ConfigEntity("users/scram"), Map.of("SCRAM-SHA-256", "secret"));
    stored.put(new ConfigEntity("users/<default>"), Map.of("producer_byte_rate", "2"));
    stored.put(
        new ConfigEntity("users/a%20b/clients/c"),
        Map.of("request_percentage", "3.5", "producer_byte_rate", "4"));
    stored.put(
        new ConfigEntity("users/<default>/clients/<default>"), Map.of("consumer_byte_rate", "5"));
    stored.put(new ConfigEntity("clients/c"), Map.of("consumer_byte_rate", "6"));
    stored.put(new ConfigEntity("ips/127.0.0.1"), Map.of("connection_creation_rate", "7"));
    stored.put(new ConfigEntity("ips/<default>"), Map.of("connection_creation_rate", "zero"));
  }

  private static TreeSet<String> all(String... expected) {
    return new TreeSet<>(List.of(expected));
  }

  @Test
  void filters() {
    someQuotas();
    assertEquals(
        all(
            "client-id=c 6.0",
            "ip=127.0.0.1 7.0",
            "user=a b 1.0",
            "user=a b,client-id=c 4.0 3.5",
            "user=null 2.0",
            "user=null,client-id=null 5.0"),
        describe(false));
    assertEquals(all(), describe(true));
    assertEquals(all("user=a b 1.0", "user=null 2.0"), describe(true, component("user", 2, null)));
    assertEquals(
        all("client-id=c 6.0", "user=a b,client-id=c 4.0 3.5"),
        describe(false, component("client-id", 0, "c")));
    int readsOfAllBefore = readsOfAll;
    assertEquals(all("user=a b 1.0"), describe(true, component("user", 0, "a b")));
    assertEquals(all("user=null 2.0"), describe(true, component("user", 1, null)));
    assertEquals(all(), describe(true, component("user", 0, "scram")));
    assertEquals(
        all("user=a b,client-id=c 4.0 3.5"),
        describe(false, component("user", 0, "a b"), component("client-id", 0, "c")));
    assertEquals(all("ip=127.0.0.1 7.0"), describe(false, component("ip", 0, "127.0.0.1")));
    assertEquals(readsOfAllBefore, readsOfAll, "one entity can match, and one is read");
    assertEquals(
        all("user=null,client-id=null 5.0"),
        describe(true, component("user", 1, null), component("client-id", 2, null)));
    assertEquals(all("ip=127.0.0.1 7.0"), describe(true, component("ip", 2, null)));
  }

  @Test
  void filtersThatAreRefused() {
    assertRefused(ErrorCode.UNSUPPORTED_VERSION, component("group", 2, null));
    assertRefused(ErrorCode.INVALID_REQUEST, component("", 2, null));
    assertRefused(ErrorCode.INVALID_REQUEST, component("user", 3, null));
    assertRefused(ErrorCode.INVALID_REQUEST, component("user", 0, null));
    assertRefused(
        ErrorCode.INVALID_REQUEST, component("user", 2, null), component("user", 1, null));
    assertRefused(ErrorCode.INVALID_REQUEST, component("user", 2, null), component("ip", 2, null));
    DescribeClientQuotasResponse error =
        describe.error(
            new DescribeClientQuotasRequest(),
            (short) 1,
            new ApiException(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, "no"));
    assertEquals(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code(), error.errorCode());
    assertNull(error.entries());
  }

  /** The dispatcher makes the response of the exception. */
  private void assertRefused(ErrorCode expected, ComponentData... components) {
    ApiException refusal = assertThrows(ApiException.class, () -> describe(true, components));
    assertEquals(expected, refusal.code());
  }
}
