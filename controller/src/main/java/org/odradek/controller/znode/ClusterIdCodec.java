package org.odradek.controller.znode;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /cluster/id}; the version is a string here. */
public final class ClusterIdCodec {
  private ClusterIdCodec() {}

  public static byte[] encode(String clusterId) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1");
    json.put("id", clusterId);
    return Json.write(json);
  }

  public static String decode(byte @Nullable [] data) {
    return Json.parse(ZnodePaths.CLUSTER_ID, data).string("id");
  }
}
