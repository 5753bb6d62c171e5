package org.odradek.controller.znode;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code /delegation_token/tokens/<id>}, and the notifications of {@code
 * /delegation_token/token_changes}, which hold the id alone.
 *
 * <p>Version 3 has the requester. A token whose owner asked for it himself is written as version 1,
 * which brokers of 2.x can read too.
 */
public final class DelegationTokenCodec {
  private static final int WITHOUT_REQUESTER = 1;
  private static final int WITH_REQUESTER = 3;

  private DelegationTokenCodec() {}

  public static byte[] encode(DelegationTokenInfo token) {
    boolean isForAnother = !token.requester().equals(token.owner());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", isForAnother ? WITH_REQUESTER : WITHOUT_REQUESTER);
    json.put("owner", SanitizedName.of(token.owner()));
    if (isForAnother) {
      json.put("tokenRequester", SanitizedName.of(token.requester()));
    }
    json.put("renewers", token.renewers().stream().map(SanitizedName::of).toList());
    json.put("issueTimestamp", token.issueTimestampMs());
    json.put("maxTimestamp", token.maxTimestampMs());
    json.put("expiryTimestamp", token.expiryTimestampMs());
    json.put("tokenId", token.tokenId());
    return Json.write(json);
  }

  public static DelegationTokenInfo decode(String path, byte @Nullable [] data) {
    JsonObject json = Json.parse(path, data);
    int version = json.intValue("version");
    if (version < WITHOUT_REQUESTER || version > WITH_REQUESTER) {
      throw new ZnodeFormatException(
          path + " has version " + version + "; only 1 to " + WITH_REQUESTER + " are known");
    }
    try {
      String owner = principal(json.string("owner"));
      String requester = json.stringOrNull("tokenRequester");
      return new DelegationTokenInfo(
          json.string("tokenId"),
          owner,
          requester == null ? owner : principal(requester),
          renewers(json),
          json.longValue("issueTimestamp"),
          json.longValue("expiryTimestamp"),
          json.longValue("maxTimestamp"));
    } catch (IllegalArgumentException e) {
      throw new ZnodeFormatException(path + ": " + e.getMessage(), e);
    }
  }

  private static List<String> renewers(JsonObject json) {
    return json.strings("renewers").stream().map(DelegationTokenCodec::principal).toList();
  }

  private static String principal(String sanitized) {
    String principal = SanitizedName.decode(sanitized);
    if (principal.indexOf(':') <= 0) {
      throw new IllegalArgumentException(
          "'" + principal + "' is no principal: expected User:<name>");
    }
    return principal;
  }

  public static byte[] encodeChange(String tokenId) {
    return tokenId.getBytes(StandardCharsets.UTF_8);
  }

  /** The id of the token that was made, changed or removed. */
  public static String decodeChange(String path, byte @Nullable [] data) {
    if (data == null || data.length == 0) {
      throw new ZnodeFormatException(path + " is empty, expected the id of a delegation token");
    }
    String tokenId = new String(data, StandardCharsets.UTF_8);
    if (tokenId.contains("/")) {
      throw new ZnodeFormatException(path + " holds '" + tokenId + "', no id of a token");
    }
    return tokenId;
  }
}
