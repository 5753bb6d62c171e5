package org.odradek.broker.metadata;

/** The topics that brokers keep their own state in. */
public final class InternalTopics {
  /** Offsets and members of consumer groups. */
  public static final String CONSUMER_OFFSETS = "__consumer_offsets";

  /** State of transactions. */
  public static final String TRANSACTION_STATE = "__transaction_state";

  private InternalTopics() {}

  public static boolean isInternal(String topic) {
    return topic.equals(CONSUMER_OFFSETS) || topic.equals(TRANSACTION_STATE);
  }
}
