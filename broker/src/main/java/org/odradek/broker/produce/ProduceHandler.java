package org.odradek.broker.produce;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.partition.Errors;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.broker.quota.ClientQuota;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.ProduceRequest;
import org.odradek.protocol.message.ProduceRequest.PartitionProduceData;
import org.odradek.protocol.message.ProduceRequest.TopicProduceData;
import org.odradek.protocol.message.ProduceResponse;
import org.odradek.protocol.message.ProduceResponse.PartitionProduceResponse;
import org.odradek.protocol.message.ProduceResponse.TopicProduceResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends records. Runs on the producer's event loop from the first byte to the copy into the log;
 * for acks=0 and acks=1 that is all. For acks=all the request is <em>appended</em> when {@link
 * #handle} returns, so the next one may start, and <em>acknowledged</em> later, when the high
 * watermark has passed it.
 *
 * <p>Transactional records are refused while there is no transaction coordinator.
 */
public final class ProduceHandler implements ApiHandler<ProduceRequest, ProduceResponse> {
  private static final Logger logger = LoggerFactory.getLogger(ProduceHandler.class);
  private static final String NO_TRANSACTIONS = "This broker has no transaction coordinator";

  private final Partitions partitions;
  private final ClusterMetadata metadata;
  private final WaitTimer timer;
  private final LongSupplier clockMs;
  private final ClientQuota quota;

  /**
   * @param quota of producers, in bytes of requests
   * @param clockMs milliseconds since the epoch: what timestamps are compared to, and LogAppendTime
   */
  public ProduceHandler(
      Partitions partitions,
      ClusterMetadata metadata,
      WaitTimer timer,
      LongSupplier clockMs,
      ClientQuota quota) {
    this.partitions = partitions;
    this.metadata = metadata;
    this.timer = timer;
    this.clockMs = clockMs;
    this.quota = quota;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.PRODUCE;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 13;
  }

  @Override
  public boolean pipelined() {
    return true;
  }

  /** Records are validated, and copied to the log, from where the network put them. */
  @Override
  public boolean borrowsFrame() {
    return true;
  }

  @Override
  public ProduceRequest read(MessageReader in, short version) {
    return ProduceRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, ProduceRequest request, Responder<ProduceResponse> out) {
    short acks = request.acks();
    int throttleMs = quota.charge(context, context.sizeInBytes(), out);
    if (acks == 0) {
      handleUnacknowledged(context, request, out);
      return;
    }
    if (request.transactionalId() != null) {
      out.complete(
          (mayWriteTransactions(context, request)
                  ? errorForAll(request, ErrorCode.INVALID_PRODUCER_ID_MAPPING, NO_TRANSACTIONS)
                  : errorForAll(request, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, null))
              .throttleTimeMs(throttleMs));
      return;
    }
    ProduceAppends appends = appends(context, acks);
    ProduceResponse response = appends.appendAll(request).throttleTimeMs(throttleMs);
    if (appends.pending().isEmpty()) {
      out.complete(response);
    } else {
      new ProduceAcknowledgement(appends.pending(), response, out)
          .awaitUpTo(Math.max(request.timeoutMs(), 0), timer);
    }
  }

  private static boolean mayWriteTransactions(RequestContext context, ProduceRequest request) {
    String transactionalId = request.transactionalId();
    return transactionalId == null
        || context
            .access()
            .allows(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, transactionalId);
  }

  private ProduceAppends appends(RequestContext context, short acks) {
    return new ProduceAppends(partitions, metadata, context, acks, clockMs.getAsLong());
  }

  /**
   * The only way to tell a producer without acknowledgements is to close its connection: it would
   * take any response for that to its next request.
   */
  private void handleUnacknowledged(
      RequestContext context, ProduceRequest request, Responder<ProduceResponse> out) {
    String failure;
    try {
      if (request.transactionalId() == null) {
        ProduceAppends appends = appends(context, request.acks());
        appends.appendAll(request);
        failure = appends.firstFailure();
      } else {
        failure = NO_TRANSACTIONS;
      }
    } catch (RuntimeException | Error e) {
      logger.error("Produce with acks=0 failed", e);
      failure = e.toString();
    }
    if (failure == null) {
      out.completeWithoutResponse();
    } else {
      out.closeConnection("records sent with acks=0 were refused: " + failure);
    }
  }

  private static ProduceResponse errorForAll(
      ProduceRequest request, ErrorCode code, @Nullable String message) {
    List<TopicProduceResponse> topics = new ArrayList<>();
    for (TopicProduceData topic : request.topicData()) {
      List<PartitionProduceResponse> answers = new ArrayList<>();
      for (PartitionProduceData partition : topic.partitionData()) {
        answers.add(
            new PartitionProduceResponse()
                .index(partition.index())
                .errorCode(code.code())
                .errorMessage(message)
                .baseOffset(ProduceAppends.NO_OFFSET));
      }
      topics.add(
          new TopicProduceResponse()
              .name(topic.name())
              .topicId(topic.topicId())
              .partitionResponses(answers));
    }
    return new ProduceResponse().responses(topics);
  }

  @Override
  public ProduceResponse error(ProduceRequest request, short version, Throwable cause) {
    return errorForAll(request, Errors.codeOf(cause), null);
  }
}
