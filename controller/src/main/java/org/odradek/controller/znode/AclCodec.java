package org.odradek.controller.znode;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

/**
 * The rules of a pattern ({@code /kafka-acl/Topic/x}), and the notices of changed ones: {@code
 * Topic:x} below {@code /kafka-acl-changes} for literal patterns, JSON below {@code
 * /kafka-acl-extended-changes} for others (KIP-290).
 */
public final class AclCodec {
  private static final int VERSION = 1;

  private AclCodec() {}

  public static byte[] encode(Collection<AccessControlEntry> entries) {
    List<Map<String, Object>> acls = new ArrayList<>();
    for (AccessControlEntry entry : entries) {
      Map<String, Object> acl = new LinkedHashMap<>();
      acl.put("principal", entry.principal());
      acl.put("permissionType", entry.permission().znodeName());
      acl.put("operation", entry.operation().znodeName());
      acl.put("host", entry.host());
      acls.add(acl);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", VERSION);
    json.put("acls", acls);
    return Json.write(json);
  }

  /** In the order of the node, each once; a directory node, without bytes, has none. */
  public static Set<AccessControlEntry> decode(String path, byte @Nullable [] data) {
    if (data == null || data.length == 0) {
      return Set.of();
    }
    JsonObject json = Json.parse(path, data);
    int version = json.intValue("version");
    if (version != VERSION) {
      throw new ZnodeFormatException(
          path + " has version " + version + "; only " + VERSION + " is known");
    }
    Set<AccessControlEntry> entries = new LinkedHashSet<>();
    for (JsonObject acl : json.objects("acls")) {
      entries.add(entry(path, acl));
    }
    return entries;
  }

  private static AccessControlEntry entry(String path, JsonObject acl) {
    AclOperation operation = AclOperation.ofZnodeName(acl.string("operation"));
    AclPermission permission = AclPermission.ofZnodeName(acl.string("permissionType"));
    if (operation == null
        || operation == AclOperation.ANY
        || permission == null
        || permission == AclPermission.ANY) {
      throw new ZnodeFormatException(
          "%s has a rule that is not known: operation %s, permission %s"
              .formatted(path, acl.string("operation"), acl.string("permissionType")));
    }
    return new AccessControlEntry(
        acl.string("principal"), acl.string("host"), operation, permission);
  }

  /** The path, but for the number, of a notice that a pattern's rules have changed. */
  public static String changePrefix(PatternType patternType) {
    return (patternType == PatternType.LITERAL
            ? ZnodePaths.ACL_CHANGES
            : ZnodePaths.ACL_EXTENDED_CHANGES)
        + "/acl_changes_";
  }

  /**
   * The notices of one change. Types of two words have two, as Kafka's brokers up to 2.4 understand
   * {@code TransactionalId} only, and later ones {@code TRANSACTIONAL_ID} only; each passes over
   * what it does not know.
   */
  public static List<byte[]> encodeChange(ResourcePattern pattern) {
    String znodeName = pattern.type().znodeName();
    String enumName = pattern.type().name();
    return znodeName.equalsIgnoreCase(enumName)
        ? List.of(encodeChange(pattern, znodeName))
        : List.of(encodeChange(pattern, znodeName), encodeChange(pattern, enumName));
  }

  private static byte[] encodeChange(ResourcePattern pattern, String type) {
    if (pattern.patternType() == PatternType.LITERAL) {
      return (type + ":" + pattern.name()).getBytes(StandardCharsets.UTF_8);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", VERSION);
    json.put("resourceType", type);
    json.put("name", pattern.name());
    json.put("patternType", pattern.patternType().name());
    return Json.write(json);
  }

  /** What a notice in either directory says. */
  public static ResourcePattern decodeChange(String path, byte @Nullable [] data) {
    if (path.startsWith(ZnodePaths.ACL_EXTENDED_CHANGES + "/")) {
      JsonObject json = Json.parse(path, data);
      String type = json.string("resourceType");
      if (!json.string("patternType").equals(PatternType.PREFIXED.name())) {
        throw new ZnodeFormatException(
            path + " is about the pattern type " + json.string("patternType"));
      }
      return ResourcePattern.prefixed(type(path, type), json.string("name"));
    }
    String text = data == null ? "" : new String(data, StandardCharsets.UTF_8);
    int colon = text.indexOf(':');
    if (colon <= 0) {
      throw new ZnodeFormatException(path + " should be type:name, is '" + text + "'");
    }
    return ResourcePattern.literal(type(path, text.substring(0, colon)), text.substring(colon + 1));
  }

  /** {@code TransactionalId} as in the paths, or {@code TRANSACTIONAL_ID}: Kafka writes both. */
  private static ResourceType type(String path, String name) {
    ResourceType byZnodeName = ResourceType.ofZnodeName(name);
    if (byZnodeName != null && byZnodeName != ResourceType.ANY) {
      return byZnodeName;
    }
    for (ResourceType type : ResourceType.CONCRETE) {
      if (type.name().equalsIgnoreCase(name)) {
        return type;
      }
    }
    throw new ZnodeFormatException(
        path + " is about a type of resource that is not known: " + name);
  }
}
