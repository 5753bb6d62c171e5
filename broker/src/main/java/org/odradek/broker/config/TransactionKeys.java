package org.odradek.broker.config;

/** Typed names of the configuration keys about transactions and idempotent producers. */
public final class TransactionKeys {
  public static final ConfigKey<Integer> PRODUCER_ID_EXPIRATION_CHECK_INTERVAL_MS =
      ConfigKey.ofInt("producer.id.expiration.check.interval.ms");
  public static final ConfigKey<Integer> PRODUCER_ID_EXPIRATION_MS =
      ConfigKey.ofInt("producer.id.expiration.ms");
  public static final ConfigKey<Integer>
      TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS =
          ConfigKey.ofInt("transaction.abort.timed.out.transaction.cleanup.interval.ms");
  public static final ConfigKey<Integer> TRANSACTION_MAX_TIMEOUT_MS =
      ConfigKey.ofInt("transaction.max.timeout.ms");
  public static final ConfigKey<Boolean> TRANSACTION_PARTITION_VERIFICATION_ENABLE =
      ConfigKey.ofBoolean("transaction.partition.verification.enable");
  public static final ConfigKey<Integer>
      TRANSACTION_REMOVE_EXPIRED_TRANSACTION_CLEANUP_INTERVAL_MS =
          ConfigKey.ofInt("transaction.remove.expired.transaction.cleanup.interval.ms");
  public static final ConfigKey<Integer> TRANSACTION_STATE_LOG_LOAD_BUFFER_SIZE =
      ConfigKey.ofInt("transaction.state.log.load.buffer.size");
  public static final ConfigKey<Integer> TRANSACTION_STATE_LOG_MIN_ISR =
      ConfigKey.ofInt("transaction.state.log.min.isr");
  public static final ConfigKey<Integer> TRANSACTION_STATE_LOG_NUM_PARTITIONS =
      ConfigKey.ofInt("transaction.state.log.num.partitions");
  public static final ConfigKey<Short> TRANSACTION_STATE_LOG_REPLICATION_FACTOR =
      ConfigKey.ofShort("transaction.state.log.replication.factor");
  public static final ConfigKey<Integer> TRANSACTION_STATE_LOG_SEGMENT_BYTES =
      ConfigKey.ofInt("transaction.state.log.segment.bytes");
  public static final ConfigKey<Integer> TRANSACTIONAL_ID_EXPIRATION_MS =
      ConfigKey.ofInt("transactional.id.expiration.ms");

  private TransactionKeys() {}
}
