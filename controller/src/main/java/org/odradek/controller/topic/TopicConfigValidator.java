package org.odradek.controller.topic;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks the settings of a new topic. */
@FunctionalInterface
public interface TopicConfigValidator {

  /** Why they are refused (the text of an INVALID_CONFIG error), or null if they are fine. */
  @Nullable String problem(Map<String, String> configs);
}
