package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

/** Committing, fetching and deleting offsets. */
final class OffsetRules {
  private final GroupContext context;
  private final MemberRules members;

  OffsetRules(GroupContext context, MemberRules members) {
    this.context = context;
    this.members = members;
  }

  /** Replies with one error for each commit of the call. */
  void commit(Group group, OffsetCommitCall call, Consumer<List<ErrorCode>> reply) {
    ErrorCode error = mayCommit(group, call);
    if (error == ErrorCode.NONE && group.is(GroupState.COMPLETING_REBALANCE)) {
      // The member knows of the generation but not of its assignment: it has nothing to commit yet.
      error = ErrorCode.REBALANCE_IN_PROGRESS;
    }
    if (error != ErrorCode.NONE) {
      reply.accept(repeat(error, call.commits().size()));
      return;
    }
    if (!group.is(GroupState.EMPTY)) {
      members.renew(group, call.member());
    }
    store(group, call.commits(), reply);
  }

  private static ErrorCode mayCommit(Group group, OffsetCommitCall call) {
    MemberIdentity member = call.member();
    if (call.generation() < 0 && group.is(GroupState.EMPTY)) {
      return ErrorCode.NONE;
    }
    if (call.generation() >= 0
        || !member.memberId().isEmpty()
        || member.groupInstanceId() != null) {
      return MemberCheck.currentInGeneration(
          group, member.memberId(), member.groupInstanceId(), call.generation());
    }
    // A stranger must not disturb a group that has members.
    return ErrorCode.UNKNOWN_MEMBER_ID;
  }

  private void store(
      Group group, List<OffsetCommitCall.Commit> commits, Consumer<List<ErrorCode>> reply) {
    ErrorCode[] errors = new ErrorCode[commits.size()];
    List<OffsetCommitCall.Commit> accepted = new ArrayList<>(commits.size());
    for (int i = 0; i < errors.length; i++) {
      OffsetCommitCall.Commit commit = commits.get(i);
      if (commit.offset().metadata().length() > context.config().offsetMetadataMaxLength()) {
        errors[i] = ErrorCode.OFFSET_METADATA_TOO_LARGE;
      } else {
        accepted.add(commit);
      }
    }
    if (accepted.isEmpty()) {
      reply.accept(Arrays.asList(errors));
      return;
    }
    context
        .writer()
        .storeOffsets(
            group.id(),
            accepted,
            (error, baseOffset) -> {
              appended(group, accepted, error, baseOffset);
              Arrays.setAll(errors, i -> errors[i] == null ? error : errors[i]);
              reply.accept(Arrays.asList(errors));
            });
    // The outcome comes in a later task. Of what could not be handed to the log there is none, so
    // only now.
    accepted.forEach(commit -> group.offsets().appending(commit.partition(), commit.offset()));
  }

  private static void appended(
      Group group, List<OffsetCommitCall.Commit> accepted, ErrorCode error, long baseOffset) {
    GroupOffsets offsets = group.offsets();
    for (int i = 0; i < accepted.size(); i++) {
      OffsetCommitCall.Commit commit = accepted.get(i);
      if (error == ErrorCode.NONE) {
        offsets.acknowledged(commit.partition(), commit.offset(), baseOffset + i);
      } else {
        offsets.failed(commit.partition(), commit.offset());
      }
    }
  }

  static List<ErrorCode> repeat(ErrorCode error, int times) {
    ErrorCode[] errors = new ErrorCode[times];
    Arrays.fill(errors, error);
    return Arrays.asList(errors);
  }

  /**
   * @param partitions null for all that have an offset
   * @param requireStable whether offsets that an open transaction may replace are held back
   */
  static List<FetchedOffset> fetch(
      @Nullable Group group, @Nullable List<TopicPartition> partitions, boolean requireStable) {
    if (group == null) {
      return partitions == null ? List.of() : partitions.stream().map(FetchedOffset::none).toList();
    }
    List<FetchedOffset> fetched = new ArrayList<>();
    for (TopicPartition partition :
        partitions == null ? group.offsets().partitions() : partitions) {
      CommittedOffset committed = group.offsets().find(partition);
      if (requireStable && group.offsets().isUnstable(partition)) {
        fetched.add(new FetchedOffset(partition, ErrorCode.UNSTABLE_OFFSET_COMMIT, null));
      } else {
        fetched.add(new FetchedOffset(partition, ErrorCode.NONE, committed));
      }
    }
    return fetched;
  }

  /** OffsetDelete (KIP-496): of a group with members, only what they are not subscribed to. */
  void delete(Group group, List<TopicPartition> partitions, Consumer<OffsetDeletion> reply) {
    Set<String> subscribed = group.subscribedTopics();
    boolean hasMembers = !group.is(GroupState.EMPTY);
    if (hasMembers && !group.isConsumerGroup()) {
      reply.accept(OffsetDeletion.failed(ErrorCode.NON_EMPTY_GROUP));
      return;
    }
    ErrorCode[] errors = new ErrorCode[partitions.size()];
    List<LogRecord> tombstones = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      TopicPartition partition = partitions.get(i);
      if (hasMembers && (subscribed == null || subscribed.contains(partition.topic()))) {
        errors[i] = ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC;
      } else {
        errors[i] = ErrorCode.NONE;
        if (group.offsets().remove(partition)) {
          tombstones.add(GroupRecordCodec.offsetTombstone(group.id(), partition));
        }
      }
    }
    context
        .writer()
        .storeTombstones(
            tombstones,
            error -> {
              if (error == ErrorCode.NONE) {
                reply.accept(new OffsetDeletion(ErrorCode.NONE, Arrays.asList(errors)));
              } else {
                reply.accept(OffsetDeletion.failed(error));
              }
            });
  }
}
