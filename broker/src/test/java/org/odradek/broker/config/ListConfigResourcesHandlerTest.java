package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.ListConfigResourcesRequest;
import org.odradek.protocol.message.ListConfigResourcesResponse;

class ListConfigResourcesHandlerTest {
  private final ListConfigResourcesHandler handler =
      new ListConfigResourcesHandler(() -> List.of("y", "x"), () -> List.of(1, 0));

  @Test
  void thereAreNoClientMetrics() {
    assertEquals(List.of(), list(0));
    assertEquals(List.of(), list(1, ConfigResourceType.CLIENT_METRICS));
  }

  @Test
  void topicsAndBrokers() {
    assertEquals(List.of("2 x", "2 y"), list(1, ConfigResourceType.TOPIC));
    assertEquals(
        List.of("4 0", "4 1", "8 0", "8 1"),
        list(1, ConfigResourceType.BROKER, ConfigResourceType.BROKER_LOGGER));
    assertEquals(6, list(1).size(), "all kinds when none is named");
  }

  @Test
  void anUnknownKind() {
    ListConfigResourcesResponse response = response(1, List.of((byte) 99));
    assertEquals(ErrorCode.UNSUPPORTED_VERSION.code(), response.errorCode());
  }

  private List<String> list(int version, ConfigResourceType... types) {
    List<Byte> ids = List.of(types).stream().map(ConfigResourceType::id).toList();
    return response(version, ids).configResources().stream()
        .map(each -> each.resourceType() + " " + each.resourceName())
        .toList();
  }

  private ListConfigResourcesResponse response(int version, List<Byte> types) {
    HeldResponder<ListConfigResourcesResponse> responder = new HeldResponder<>();
    handler.handle(
        HeldResponder.context(version),
        new ListConfigResourcesRequest().resourceTypes(types),
        responder);
    return responder.response();
  }
}
