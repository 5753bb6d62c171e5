package org.odradek.controller.znode;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /controller} (who it is) and {@code /controller_epoch} (a bare number). */
public final class ControllerCodec {
  private ControllerCodec() {}

  public static byte[] encode(int brokerId, long timestampMs) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 1);
    json.put("brokerid", brokerId);
    json.put("timestamp", Long.toString(timestampMs));
    return Json.write(json);
  }

  /** The controller's broker id. */
  public static int decode(byte @Nullable [] data) {
    return Json.parse(ZnodePaths.CONTROLLER, data).intValue("brokerid");
  }

  public static byte[] encodeEpoch(int epoch) {
    return Integer.toString(epoch).getBytes(StandardCharsets.UTF_8);
  }

  public static int decodeEpoch(byte @Nullable [] data) {
    String text = data == null ? "" : new String(data, StandardCharsets.UTF_8);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new ZnodeFormatException(
          ZnodePaths.CONTROLLER_EPOCH + " should hold a number, holds '" + text + "'", e);
    }
  }
}
