package org.odradek.protocol.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.ApiMessages;

/** Keys, error codes and header versions are Kafka's. */
class NamesAndHeadersTest {

  @Test
  void errorCodesHaveKafkasNamesAndNumbers() throws Exception {
    Class<?> errors = new KafkaRelease("4.3.1").load("org.apache.kafka.common.protocol.Errors");
    int compared = 0;
    for (Object error : errors.getEnumConstants()) {
      short code = (short) errors.getMethod("code").invoke(error);
      assertEquals(error.toString(), ErrorCode.forCode(code).name());
      compared++;
    }
    assertTrue(compared > 130, "only " + compared + " codes compared");
    assertEquals(ErrorCode.UNKNOWN_SERVER_ERROR, ErrorCode.forCode(Short.MAX_VALUE));
    assertEquals(ErrorCode.UNKNOWN_SERVER_ERROR, ErrorCode.forCode(Short.MIN_VALUE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.4.1", "2.8.2", "3.9.2", "4.3.1"})
  void keysAndHeaderVersionsAreKafkas(String release) throws Exception {
    Class<?> types =
        new KafkaRelease(release).load("org.apache.kafka.common.message.ApiMessageType");
    int compared = 0;
    for (Object type : types.getEnumConstants()) {
      ApiKey key = ApiKey.forId((short) types.getMethod("apiKey").invoke(type));
      if (key == null) {
        continue;
      }
      Object[] schemas = (Object[]) types.getMethod("requestSchemas").invoke(type);
      for (short version = 0; version < schemas.length; version++) {
        if (schemas[version] == null) {
          continue;
        }
        String what = release + " " + key + " version " + version;
        assertEquals(
            types.getMethod("requestHeaderVersion", short.class).invoke(type, version),
            ApiMessages.requestHeaderVersion(key, version),
            what);
        assertEquals(
            types.getMethod("responseHeaderVersion", short.class).invoke(type, version),
            ApiMessages.responseHeaderVersion(key, version),
            what);
        compared++;
      }
    }
    assertTrue(compared > 180, "only " + compared + " versions compared");
  }

  @Test
  void keysHaveKafkasNames() throws Exception {
    Class<?> keys = new KafkaRelease("4.3.1").load("org.apache.kafka.common.protocol.ApiKeys");
    for (Object key : keys.getEnumConstants()) {
      ApiKey ours = ApiKey.forId((short) keys.getField("id").get(key));
      if (ours != null) {
        assertEquals(((Enum<?>) key).name(), ours.name());
        assertEquals(keys.getField("name").get(key), ours.apiName());
      }
    }
  }
}
