package org.odradek.broker.topic;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ErrorCode;

/**
 * What is answered for one topic.
 *
 * @param message null where the code says it all
 */
record TopicErrors(ErrorCode code, @Nullable String message) {
  static final TopicErrors NONE = new TopicErrors(ErrorCode.NONE, null);
  static final TopicErrors NOT_CONTROLLER = new TopicErrors(ErrorCode.NOT_CONTROLLER, null);
  static final TopicErrors UNAUTHORIZED =
      new TopicErrors(
          ErrorCode.TOPIC_AUTHORIZATION_FAILED, ErrorCode.TOPIC_AUTHORIZATION_FAILED.message());

  /** With the text that old tools print of Kafka's brokers. */
  static final TopicErrors MAY_NOT_CREATE =
      new TopicErrors(ErrorCode.TOPIC_AUTHORIZATION_FAILED, "Authorization failed.");

  static final TopicErrors TIMED_OUT = new TopicErrors(ErrorCode.REQUEST_TIMED_OUT, null);

  /** A failure of the whole request: ZooKeeper's are worth another try by the client. */
  static TopicErrors of(Throwable failure) {
    ErrorCode code = ApiException.codeOf(failure);
    return Failures.code(failure) == null
        ? new TopicErrors(code, Failures.cause(failure).getMessage())
        : new TopicErrors(
            ErrorCode.REQUEST_TIMED_OUT,
            "ZooKeeper did not take the change: " + Failures.cause(failure).getMessage());
  }

  /** The names that are there more than once. */
  static Set<String> duplicates(List<String> names) {
    Map<String, Integer> counts = new HashMap<>();
    names.forEach(name -> counts.merge(name, 1, Integer::sum));
    Set<String> duplicates = new HashSet<>();
    counts.forEach((name, count) -> {
      if (count > 1) {
        duplicates.add(name);
      }
    });
    return duplicates;
  }
}
