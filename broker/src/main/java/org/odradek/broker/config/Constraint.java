package org.odradek.broker.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a value must satisfy beyond being of its type. */
sealed interface Constraint {

  /**
   * @throws ConfigException when {@code value} is not allowed
   */
  void check(String key, Object value);

  /** What is allowed, for people: the end of a sentence that begins with the type. */
  String description();

  record Any() implements Constraint {
    @Override
    public void check(String key, Object value) {}

    @Override
    public String description() {
      return "";
    }
  }

  /** Numbers from {@code min} to {@code max}, either of which may be infinite. */
  record Range(double min, double max, String minText, String maxText) implements Constraint {
    @Override
    public void check(String key, Object value) {
      double number = ((Number) value).doubleValue();
      if (number < min) {
        throw new ConfigException(key, value, "Value must be at least " + minText);
      }
      if (number > max) {
        throw new ConfigException(key, value, "Value must be no more than " + maxText);
      }
    }

    @Override
    public String description() {
      return maxText.isEmpty() ? ", at least " + minText : ", from " + minText + " to " + maxText;
    }
  }

  /** A text, or each item of a list, out of a few. */
  record OneOf(List<String> allowed, boolean anyCase) implements Constraint {
    @Override
    public void check(String key, Object value) {
      if (value instanceof List<?> items) {
        items.forEach(item -> check(key, item));
        return;
      }
      String text = value.toString();
      boolean found =
          anyCase ? allowed.contains(text.toUpperCase(Locale.ROOT)) : allowed.contains(text);
      if (!found) {
        throw new ConfigException(
            key,
            value,
            (anyCase ? "String must be one of (case insensitive): " : "String must be one of: ")
                + String.join(", ", allowed));
      }
    }

    @Override
    public String description() {
      return ", one of " + String.join(", ", allowed);
    }
  }

  /** Checks of single keys that no range or list says. */
  enum Special implements Constraint {
    NON_EMPTY("that is not empty") {
      @Override
      public void check(String key, Object value) {
        if (value.toString().isEmpty()) {
          throw new ConfigException(key, value, "String must be non-empty");
        }
      }
    },
    GZIP_LEVEL("from 1 to 9, or -1 for the default of zlib") {
      @Override
      public void check(String key, Object value) {
        int level = (Integer) value;
        if (level != -1 && (level < 1 || level > 9)) {
          throw new ConfigException(key, value, "Value must be between 1 and 9 or equal to -1");
        }
      }
    },
    MINUS_ONE_OR_POSITIVE("at least 1, or -1 for that of remote.log.manager.thread.pool.size") {
      @Override
      public void check(String key, Object value) {
        int threads = (Integer) value;
        if (threads != -1 && threads < 1) {
          throw new ConfigException(key, value, "Value must be -1 or at least 1");
        }
      }
    },
    THROTTLED_REPLICAS("* or pairs partition:broker, separated by commas") {
      @Override
      public void check(String key, Object value) {
        String text = ConfigType.text(value);
        boolean valid =
            text.isEmpty()
                || text.equals("*")
                || THROTTLED_REPLICAS_PATTERN.matcher(text).matches();
        if (!valid) {
          throw new ConfigException(
              key,
              value,
              key
                  + " must be the literal '*' or a list of replicas in the following format:"
                  + " [partitionId]:[brokerId],[partitionId]:[brokerId],...");
        }
      }
    },
    VERSION("a version of Kafka from 0.8.0 to 4.0-IV1, such as 2.8 or 2.8-IV1") {
      @Override
      public void check(String key, Object value) {
        if (!KafkaVersion.isValid(value.toString())) {
          throw new ConfigException(key, value, "Version " + value + " is not a valid version");
        }
      }
    };

    private static final Pattern THROTTLED_REPLICAS_PATTERN =
        Pattern.compile("\\s*\\d+\\s*:\\s*\\d+\\s*(,\\s*\\d+\\s*:\\s*\\d+\\s*)*");

    private final String description;

    Special(String description) {
      this.description = description;
    }

    @Override
    public String description() {
      return ", " + description;
    }
  }
}
