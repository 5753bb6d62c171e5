package org.odradek.controller.topic;

import org.odradek.controller.znode.TopicInfo;
import org.odradek.protocol.ErrorCode;

/** What became of one topic of a request. */
public sealed interface TopicOutcome {

  String topic();

  /**
   * It is written to ZooKeeper (or would be, when only validated); leaders follow when the
   * controller has seen it. {@code info}: the assignment as it is now; when only validated, the id
   * is null.
   */
  record Done(TopicInfo info) implements TopicOutcome {
    @Override
    public String topic() {
      return info.name();
    }
  }

  record Failed(String topic, ErrorCode error, String message) implements TopicOutcome {}
}
