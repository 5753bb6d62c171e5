package org.odradek.protocol;

/**
 * The error codes of the protocol, Kafka's numbers and names. The messages are defaults, for
 * responses that carry one when there is nothing more precise to say.
 */
public enum ErrorCode {
  UNKNOWN_SERVER_ERROR(-1, "The broker met an unexpected error while it served the request."),
  NONE(0, "No error."),
  OFFSET_OUT_OF_RANGE(
      1,
      "The requested offset lies outside the range of offsets that the broker holds for the"
          + " partition."),
  CORRUPT_MESSAGE(
      2,
      "The record batch is corrupt: its CRC or size does not match, or it has no key where the"
          + " topic is compacted."),
  UNKNOWN_TOPIC_OR_PARTITION(3, "This broker does not host the topic or partition."),
  INVALID_FETCH_SIZE(4, "The fetch size asked for is invalid."),
  LEADER_NOT_AVAILABLE(
      5, "The partition has no leader at the moment, a leader election may be under way."),
  NOT_LEADER_OR_FOLLOWER(
      6,
      "This broker is not the leader of the partition, or holds no replica of it where any replica"
          + " would do."),
  REQUEST_TIMED_OUT(7, "The request was not completed in the time it allowed."),
  BROKER_NOT_AVAILABLE(8, "The broker is not available."),
  REPLICA_NOT_AVAILABLE(9, "The replica of the partition is not available."),
  MESSAGE_TOO_LARGE(
      10, "The request holds a record batch larger than the broker or topic accepts."),
  STALE_CONTROLLER_EPOCH(
      11, "The controller has moved to another broker: the controller epoch is outdated."),
  OFFSET_METADATA_TOO_LARGE(12, "The metadata string of the offset commit is too large."),
  NETWORK_EXCEPTION(13, "The connection ended before a response came."),
  COORDINATOR_LOAD_IN_PROGRESS(
      14, "The coordinator is still loading and cannot serve requests yet."),
  COORDINATOR_NOT_AVAILABLE(15, "The coordinator is not available."),
  NOT_COORDINATOR(16, "This broker is not the coordinator."),
  INVALID_TOPIC_EXCEPTION(17, "The operation was attempted on an invalid topic."),
  RECORD_LIST_TOO_LARGE(
      18, "The request holds a record batch larger than the segment size of the log."),
  NOT_ENOUGH_REPLICAS(19, "The records were refused: fewer replicas are in sync than required."),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND(
      20, "The records were appended, but to fewer in-sync replicas than required."),
  INVALID_REQUIRED_ACKS(21, "The produce request has an invalid value of required acks."),
  ILLEGAL_GENERATION(22, "The generation id is not the group's current one."),
  INCONSISTENT_GROUP_PROTOCOL(
      23, "The member's protocol type or protocols do not fit those of the group, or are empty."),
  INVALID_GROUP_ID(24, "The group id is invalid."),
  UNKNOWN_MEMBER_ID(25, "The coordinator does not know this member."),
  INVALID_SESSION_TIMEOUT(
      26,
      "The session timeout is outside the range that group.min.session.timeout.ms and"
          + " group.max.session.timeout.ms allow."),
  REBALANCE_IN_PROGRESS(27, "The group is rebalancing: the member has to join again."),
  INVALID_COMMIT_OFFSET_SIZE(28, "The data of the offset commit is too large."),
  TOPIC_AUTHORIZATION_FAILED(29, "Not authorized to access the topic."),
  GROUP_AUTHORIZATION_FAILED(30, "Not authorized to access the group."),
  CLUSTER_AUTHORIZATION_FAILED(31, "Not authorized for this operation on the cluster."),
  INVALID_TIMESTAMP(32, "The timestamp of the record is outside the accepted range."),
  UNSUPPORTED_SASL_MECHANISM(33, "The SASL mechanism is not enabled on the broker."),
  ILLEGAL_SASL_STATE(34, "The request is not valid in this state of SASL authentication."),
  UNSUPPORTED_VERSION(35, "This version of the API is not supported."),
  TOPIC_ALREADY_EXISTS(36, "A topic with this name already exists."),
  INVALID_PARTITIONS(37, "The number of partitions is invalid."),
  INVALID_REPLICATION_FACTOR(
      38, "The replication factor is below 1 or above the number of available brokers."),
  INVALID_REPLICA_ASSIGNMENT(39, "The replica assignment is invalid."),
  INVALID_CONFIG(40, "The configuration is invalid."),
  NOT_CONTROLLER(41, "This broker is not the controller of the cluster."),
  INVALID_REQUEST(
      42, "The request is malformed or does not fit this broker; the broker's log says more."),
  UNSUPPORTED_FOR_MESSAGE_FORMAT(43, "The message format of the log does not support the request."),
  POLICY_VIOLATION(44, "The request violates the configured policy."),
  OUT_OF_ORDER_SEQUENCE_NUMBER(
      45, "The sequence number of the batch does not follow the producer's last one."),
  DUPLICATE_SEQUENCE_NUMBER(46, "A batch with this sequence number was appended before."),
  INVALID_PRODUCER_EPOCH(47, "The producer's epoch is older than the current one."),
  INVALID_TXN_STATE(48, "The transaction is in a state that does not allow this operation."),
  INVALID_PRODUCER_ID_MAPPING(
      49, "The producer id is not the one now assigned to the transactional id."),
  INVALID_TRANSACTION_TIMEOUT(
      50, "The transaction timeout is larger than transaction.max.timeout.ms allows."),
  CONCURRENT_TRANSACTIONS(51, "Another operation on the same transaction is still under way."),
  TRANSACTION_COORDINATOR_FENCED(
      52, "The sender of the transaction marker is no longer the coordinator of the producer."),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED(53, "Not authorized to use the transactional id."),
  SECURITY_DISABLED(54, "Security features are disabled."),
  OPERATION_NOT_ATTEMPTED(
      55, "The operation was not attempted, because another one of the same request failed."),
  KAFKA_STORAGE_ERROR(56, "A disk error occurred in the log directory of the partition."),
  LOG_DIR_NOT_FOUND(57, "The log directory is not among those of the broker's configuration."),
  SASL_AUTHENTICATION_FAILED(58, "SASL authentication failed."),
  UNKNOWN_PRODUCER_ID(
      59,
      "The broker holds no state of this producer id; its records may have been deleted by"
          + " retention."),
  REASSIGNMENT_IN_PROGRESS(60, "A reassignment of the partition is in progress."),
  DELEGATION_TOKEN_AUTH_DISABLED(61, "Delegation tokens are not enabled."),
  DELEGATION_TOKEN_NOT_FOUND(62, "The broker does not know this delegation token."),
  DELEGATION_TOKEN_OWNER_MISMATCH(
      63, "The principal is neither owner nor renewer of the delegation token."),
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED(
      64, "Delegation tokens may not be requested over this kind of connection."),
  DELEGATION_TOKEN_AUTHORIZATION_FAILED(65, "Not authorized to access the delegation token."),
  DELEGATION_TOKEN_EXPIRED(66, "The delegation token has expired."),
  INVALID_PRINCIPAL_TYPE(67, "The principal type is not supported."),
  NON_EMPTY_GROUP(68, "The group is not empty."),
  GROUP_ID_NOT_FOUND(69, "There is no group with this id."),
  FETCH_SESSION_ID_NOT_FOUND(70, "There is no fetch session with this id."),
  INVALID_FETCH_SESSION_EPOCH(71, "The epoch of the fetch session is invalid."),
  LISTENER_NOT_FOUND(
      72, "The leader has no listener of the name by which the metadata was asked for."),
  TOPIC_DELETION_DISABLED(73, "Deleting topics is disabled."),
  FENCED_LEADER_EPOCH(74, "The leader epoch of the request is older than the broker's."),
  UNKNOWN_LEADER_EPOCH(75, "The leader epoch of the request is newer than the broker's."),
  UNSUPPORTED_COMPRESSION_TYPE(
      76, "The client's version does not support the compression of the partition's records."),
  STALE_BROKER_EPOCH(77, "The broker epoch has changed."),
  OFFSET_NOT_AVAILABLE(
      78,
      "The leader's high watermark has not caught up after its election, so offsets could still go"
          + " back."),
  MEMBER_ID_REQUIRED(79, "The member has to join again with the member id it was given."),
  PREFERRED_LEADER_NOT_AVAILABLE(80, "The preferred leader is not available."),
  GROUP_MAX_SIZE_REACHED(81, "The group has as many members as it may have."),
  FENCED_INSTANCE_ID(82, "Another member has registered with the same group.instance.id."),
  ELIGIBLE_LEADERS_NOT_AVAILABLE(83, "No replica that may become leader is available."),
  ELECTION_NOT_NEEDED(84, "The partition needs no leader election."),
  NO_REASSIGNMENT_IN_PROGRESS(85, "No reassignment of the partition is in progress."),
  GROUP_SUBSCRIBED_TO_TOPIC(
      86, "Offsets cannot be deleted while the group is subscribed to the topic."),
  INVALID_RECORD(87, "The record failed the broker's validation and was refused."),
  UNSTABLE_OFFSET_COMMIT(88, "There are offsets of transactions that are still open."),
  THROTTLING_QUOTA_EXCEEDED(89, "The throttling quota is exceeded."),
  PRODUCER_FENCED(90, "A newer producer with the same transactional id has taken over."),
  RESOURCE_NOT_FOUND(91, "The request names a resource that does not exist."),
  DUPLICATE_RESOURCE(92, "The request names the same resource more than once."),
  UNACCEPTABLE_CREDENTIAL(93, "The credential does not meet the requirements."),
  INCONSISTENT_VOTER_SET(94, "Sender or receiver is not among the expected voters."),
  INVALID_UPDATE_VERSION(95, "The update version is invalid."),
  FEATURE_UPDATE_FAILED(
      96, "The finalized features could not be updated because of an unexpected error."),
  PRINCIPAL_DESERIALIZATION_FAILURE(
      97, "The principal of a forwarded request could not be decoded."),
  SNAPSHOT_NOT_FOUND(98, "The snapshot was not found."),
  POSITION_OUT_OF_RANGE(99, "The position lies outside the snapshot."),
  UNKNOWN_TOPIC_ID(100, "This broker does not host a topic with this id."),
  DUPLICATE_BROKER_REGISTRATION(101, "The broker id is in use already."),
  BROKER_ID_NOT_REGISTERED(102, "No broker is registered with this id."),
  INCONSISTENT_TOPIC_ID(103, "The topic id of the log differs from the one in the request."),
  INCONSISTENT_CLUSTER_ID(104, "The cluster id of the request is not the broker's."),
  TRANSACTIONAL_ID_NOT_FOUND(105, "The transactional id was not found."),
  FETCH_SESSION_TOPIC_ID_ERROR(106, "The fetch session mixes requests with topic ids and without."),
  INELIGIBLE_REPLICA(107, "The new ISR has a replica that may not be in it."),
  NEW_LEADER_ELECTED(
      108, "The partition's state was changed as asked, and that changed its leader."),
  OFFSET_MOVED_TO_TIERED_STORAGE(109, "The requested offset has moved to tiered storage."),
  FENCED_MEMBER_EPOCH(
      110,
      "The coordinator has fenced the member's epoch: it has to give up its partitions and join"
          + " again."),
  UNRELEASED_INSTANCE_ID(
      111, "The instance id is still used by another member, which has to leave first."),
  UNSUPPORTED_ASSIGNOR(112, "The group does not support the assignor or its version."),
  STALE_MEMBER_EPOCH(
      113, "The member epoch is outdated: retry with the epoch of the next heartbeat."),
  MISMATCHED_ENDPOINT_TYPE(114, "The request came to the wrong type of endpoint."),
  UNSUPPORTED_ENDPOINT_TYPE(115, "This type of endpoint is not supported."),
  UNKNOWN_CONTROLLER_ID(116, "The controller id is not known."),
  UNKNOWN_SUBSCRIPTION_ID(117, "The subscription id of the telemetry is invalid or outdated."),
  TELEMETRY_TOO_LARGE(118, "The telemetry is larger than the broker accepts."),
  INVALID_REGISTRATION(119, "The controller found the broker registration invalid."),
  TRANSACTION_ABORTABLE(
      120, "The transaction met an error: abort it to go on with this transactional id."),
  INVALID_RECORD_STATE(121, "The record is in a state that does not allow the acknowledgement."),
  SHARE_SESSION_NOT_FOUND(122, "The share session was not found."),
  INVALID_SHARE_SESSION_EPOCH(123, "The epoch of the share session is invalid."),
  FENCED_STATE_EPOCH(124, "The state epoch of the share group does not match."),
  INVALID_VOTER_KEY(125, "The voter key is not the receiving replica's."),
  DUPLICATE_VOTER(126, "The voter is in the set of voters already."),
  VOTER_NOT_FOUND(127, "The voter is not in the set of voters."),
  INVALID_REGULAR_EXPRESSION(128, "The regular expression is invalid."),
  REBOOTSTRAP_REQUIRED(129, "The client's metadata is outdated: it has to bootstrap anew."),
  STREAMS_INVALID_TOPOLOGY(130, "The topology is invalid."),
  STREAMS_INVALID_TOPOLOGY_EPOCH(131, "The topology epoch is invalid."),
  STREAMS_TOPOLOGY_FENCED(132, "The topology epoch is outdated."),
  SHARE_SESSION_LIMIT_REACHED(133, "There are as many share sessions as there may be."),
  GROUP_DELETION_FAILED(134, "The group could not be deleted; the result of the group says why."),
  STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED(
      135, "The description of the topology could not be updated; the error message says why."),
  CONTROLLER_ID_NOT_REGISTERED(136, "No controller is registered with this id.");

  private static final ErrorCode[] BY_CODE = byCode();

  private final short code;
  private final String message;

  ErrorCode(int code, String message) {
    this.code = (short) code;
    this.message = message;
  }

  /** The number on the wire. */
  public short code() {
    return code;
  }

  /** One English sentence that says what the code means. */
  public String message() {
    return message;
  }

  /** The error of this number; {@link #UNKNOWN_SERVER_ERROR} for a number that has no meaning. */
  public static ErrorCode forCode(short code) {
    int index = code + 1;
    return index >= 0 && index < BY_CODE.length ? BY_CODE[index] : UNKNOWN_SERVER_ERROR;
  }

  private static ErrorCode[] byCode() {
    ErrorCode[] errors = values();
    for (int i = 0; i < errors.length; i++) {
      if (errors[i].code != i - 1) {
        throw new IllegalStateException(
            "error codes must be listed without gaps from -1: expected "
                + (i - 1)
                + " but was "
                + errors[i].code
                + " ("
                + errors[i]
                + ")");
      }
    }
    return errors;
  }
}
