package org.odradek.broker.logdirs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.partition.Errors;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.AlterReplicaLogDirsRequest;
import org.odradek.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import org.odradek.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import org.odradek.protocol.message.AlterReplicaLogDirsResponse;
import org.odradek.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult;
import org.odradek.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult;
import org.odradek.storage.LogException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has replicas of this broker moved to another log directory (KIP-113). */
public final class AlterReplicaLogDirsHandler
    implements ApiHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse> {
  private static final Logger logger = LoggerFactory.getLogger(AlterReplicaLogDirsHandler.class);

  private final LogDirMoves moves;

  public AlterReplicaLogDirsHandler(LogDirMoves moves) {
    this.moves = moves;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.ALTER_REPLICA_LOG_DIRS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 2;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.ALTER;
  }

  /** Makes folders. */
  @Override
  public Execution execution() {
    return Execution.WORKER;
  }

  @Override
  public AlterReplicaLogDirsRequest read(MessageReader in, short version) {
    return AlterReplicaLogDirsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      AlterReplicaLogDirsRequest request,
      Responder<AlterReplicaLogDirsResponse> out) {
    Answers answers = new Answers();
    for (AlterReplicaLogDir dir : request.dirs()) {
      for (AlterReplicaLogDirTopic topic : dir.topics()) {
        for (int partition : topic.partitions()) {
          answers.add(topic.name(), partition, ask(topic.name(), partition, dir.path()));
        }
      }
    }
    out.complete(answers.response());
  }

  private ErrorCode ask(String topic, int partition, String path) {
    try {
      moves.ask(new TopicPartition(topic, partition), path);
      return ErrorCode.NONE;
    } catch (LogException e) {
      logger.warn("{}-{} is not moved to {}: {}", topic, partition, path, e.getMessage());
      return e.errorCode();
    } catch (RuntimeException e) {
      logger.error("{}-{} cannot be moved to {}", topic, partition, path, e);
      return ErrorCode.UNKNOWN_SERVER_ERROR;
    }
  }

  /** By topic, in the order asked. */
  private static final class Answers {
    private final Map<String, List<AlterReplicaLogDirPartitionResult>> byTopic =
        new LinkedHashMap<>();

    void add(String topic, int partition, ErrorCode error) {
      byTopic
          .computeIfAbsent(topic, name -> new ArrayList<>())
          .add(
              new AlterReplicaLogDirPartitionResult()
                  .partitionIndex(partition)
                  .errorCode(error.code()));
    }

    AlterReplicaLogDirsResponse response() {
      List<AlterReplicaLogDirTopicResult> results = new ArrayList<>();
      byTopic.forEach((topic, partitions) ->
          results.add(new AlterReplicaLogDirTopicResult().topicName(topic).partitions(partitions)));
      return new AlterReplicaLogDirsResponse().results(results);
    }
  }

  @Override
  public AlterReplicaLogDirsResponse error(
      AlterReplicaLogDirsRequest request, short version, Throwable cause) {
    ErrorCode code = Errors.codeOf(cause);
    Answers answers = new Answers();
    for (AlterReplicaLogDir dir : request.dirs()) {
      for (AlterReplicaLogDirTopic topic : dir.topics()) {
        topic.partitions().forEach(partition -> answers.add(topic.name(), partition, code));
      }
    }
    return answers.response();
  }
}
