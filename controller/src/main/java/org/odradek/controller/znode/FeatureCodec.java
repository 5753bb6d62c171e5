package org.odradek.controller.znode;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code /feature} (KIP-584): no finalized features, enabled. */
public final class FeatureCodec {
  private FeatureCodec() {}

  public static byte[] encodeEmpty() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("features", Map.of());
    json.put("version", 1);
    json.put("status", 1);
    return Json.write(json);
  }
}
