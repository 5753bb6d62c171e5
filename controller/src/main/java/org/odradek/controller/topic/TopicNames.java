package org.odradek.controller.topic;

import org.jspecify.annotations.Nullable;

/** Kafka's rules for topic names; the texts are what its brokers answer and tools print. */
public final class TopicNames {
  /** So that the directory name with partition and suffix fits into 255 characters. */
  public static final int LENGTH_MAX = 249;

  private TopicNames() {}

  /** Why a name is not legal, or null if it is. */
  public static @Nullable String problem(String name) {
    if (name.isEmpty()) {
      return "Topic name is illegal, it can't be empty";
    }
    if (name.equals(".") || name.equals("..")) {
      return "Topic name cannot be \".\" or \"..\"";
    }
    if (name.length() > LENGTH_MAX) {
      return "Topic name is illegal, it can't be longer than "
          + LENGTH_MAX
          + " characters, topic name: "
          + name;
    }
    if (!name.chars().allMatch(TopicNames::isLegal)) {
      return "Topic name \""
          + name
          + "\" is illegal, it contains a character other than ASCII alphanumerics, '.', '_' and"
          + " '-'";
    }
    return null;
  }

  private static boolean isLegal(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || character == '.'
        || character == '_'
        || character == '-';
  }

  /** Whether metric names, where a period becomes an underscore, would be the same for both. */
  public static boolean collide(String one, String other) {
    return one.replace('.', '_').equals(other.replace('.', '_'));
  }

  /** Whether a name can collide with another at all. */
  public static boolean hasCollisionCharacters(String name) {
    return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
  }
}
