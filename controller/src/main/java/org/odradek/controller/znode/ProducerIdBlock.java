package org.odradek.controller.znode;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A range of producer ids that belongs to one broker: {@code /latest_producer_id_block}.
 *
 * @param first the first id of the block
 * @param last the last one, inclusive
 */
public record ProducerIdBlock(int brokerId, long first, long last) {

  /** How many ids a broker takes at a time. */
  public static final long SIZE = 1_000;

  public ProducerIdBlock {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("not a producer id block: " + first + " to " + last);
    }
  }

  public long size() {
    return last - first + 1;
  }

  /** Both ends are strings in the znode. */
  public byte[] encode() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", 1);
    json.put("broker", brokerId);
    json.put("block_start", Long.toString(first));
    json.put("block_end", Long.toString(last));
    return Json.write(json);
  }

  public static ProducerIdBlock decode(byte @Nullable [] data) {
    JsonObject json = Json.parse(ZnodePaths.LATEST_PRODUCER_ID_BLOCK, data);
    return new ProducerIdBlock(
        json.intValue("broker"), json.longValue("block_start"), json.longValue("block_end"));
  }
}
