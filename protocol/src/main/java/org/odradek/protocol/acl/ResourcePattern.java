package org.odradek.protocol.acl;

/**
 * The resources that a rule is about: one by its name, all whose names begin with something, or all
 * of a type (the literal name {@code *}).
 *
 * @param patternType {@link PatternType#LITERAL} or {@link PatternType#PREFIXED}
 */
public record ResourcePattern(ResourceType type, String name, PatternType patternType) {

  /** The literal name that stands for every name. */
  public static final String WILDCARD = "*";

  public ResourcePattern {
    if (type == ResourceType.ANY) {
      throw new IllegalArgumentException("a rule is about one type of resource, not ANY");
    }
    if (patternType != PatternType.LITERAL && patternType != PatternType.PREFIXED) {
      throw new IllegalArgumentException(
          "a rule has a literal or a prefixed pattern, not " + patternType);
    }
  }

  public static ResourcePattern literal(ResourceType type, String name) {
    return new ResourcePattern(type, name, PatternType.LITERAL);
  }

  public static ResourcePattern prefixed(ResourceType type, String prefix) {
    return new ResourcePattern(type, prefix, PatternType.PREFIXED);
  }

  /** Whether the rules of this pattern are about the resource of that name. */
  public boolean covers(String resourceName) {
    return patternType == PatternType.PREFIXED
        ? resourceName.startsWith(name)
        : name.equals(resourceName) || name.equals(WILDCARD);
  }

  /** {@code Topic:LITERAL:x}. */
  @Override
  public String toString() {
    return type.znodeName() + ":" + patternType + ":" + name;
  }
}
