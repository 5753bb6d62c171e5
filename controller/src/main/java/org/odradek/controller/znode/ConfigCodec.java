package org.odradek.controller.znode;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /config/<type>/<name>} (the settings made for it) and {@code
 * /config/changes/config_change_N} (which one changed, version 1 or 2).
 */
public final class ConfigCodec {
  private ConfigCodec() {}

  public static byte[] encode(Map<String, String> settings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 1);
    json.put("config", settings);
    return Json.write(json);
  }

  public static Map<String, String> decode(ConfigEntity entity, byte @Nullable [] data) {
    if (data == null || data.length == 0) {
      return Map.of();
    }
    return Json.parse(ZnodePaths.config(entity), data).objectOrEmpty("config").stringMap();
  }

  public static byte[] encodeChange(ConfigEntity entity) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 2);
    json.put("entity_path", entity.path());
    return Json.write(json);
  }

  /** Version 1 names type and entity apart, version 2 has the path. */
  public static ConfigEntity decodeChange(String path, byte @Nullable [] data) {
    JsonObject json = Json.parse(path, data);
    int version = json.intValue("version");
    try {
      return switch (version) {
        case 1 -> new ConfigEntity(json.string("entity_type") + "/" + json.string("entity_name"));
        case 2 -> new ConfigEntity(json.string("entity_path"));
        default ->
            throw new ZnodeFormatException(
                path + " has version " + version + "; only 1 and 2 are known");
      };
    } catch (IllegalArgumentException e) {
      throw new ZnodeFormatException(path + ": " + e.getMessage(), e);
    }
  }
}
