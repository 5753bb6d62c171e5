package org.odradek.broker.fetch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.partition.Errors;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchRequest.FetchTopic;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.FetchableTopicResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;

/**
 * Reads records, waiting for them if the client wants so. Sessions are those of KIP-227, limits
 * those of KIP-74; versions 0 to 3 get the message formats that they understand.
 */
public final class FetchHandler implements ApiHandler<FetchRequest, FetchResponse> {
  private final FetchServices services;

  public FetchHandler(FetchServices services) {
    this.services = services;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.FETCH;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 18;
  }

  /** A follower sends a fetch behind one that waits, to end the wait; see {@link FetchSession}. */
  @Override
  public boolean pipelined() {
    return true;
  }

  @Override
  public boolean isOfBroker(FetchRequest request) {
    return request.replicaId() >= 0 || request.replicaState().replicaId() >= 0;
  }

  @Override
  public FetchRequest read(MessageReader in, short version) {
    return FetchRequest.read(in, version);
  }

  @Override
  public void handle(RequestContext context, FetchRequest request, Responder<FetchResponse> out) {
    FetchSessions.Scope scope;
    try {
      scope = services.sessions().open(request, context.version());
    } catch (ApiException e) {
      out.complete(error(request, context.version(), e));
      return;
    }
    int maxBytes = (int) Math.min(services.maxBytes(), services.consumerQuota().atOnceMax(context));
    FetchLimits limits = FetchLimits.of(request, context.version(), maxBytes);
    new FetchRun(services, context, limits, scope, out).start();
  }

  @Override
  public FetchResponse error(FetchRequest request, short version, Throwable cause) {
    ErrorCode code = Errors.codeOf(cause);
    if (version >= 7) {
      return new FetchResponse().errorCode(code.code());
    }
    // There was no place for an error of the whole before.
    List<FetchableTopicResponse> topics = new ArrayList<>();
    for (FetchTopic topic : request.topics()) {
      List<PartitionData> partitions = new ArrayList<>();
      for (FetchPartition partition : topic.partitions()) {
        partitions.add(
            new PartitionData()
                .partitionIndex(partition.partition())
                .errorCode(code.code())
                .highWatermark(-1)
                .records(new BufferRecords(ByteBuffer.allocate(0))));
      }
      topics.add(new FetchableTopicResponse().topic(topic.topic()).partitions(partitions));
    }
    return new FetchResponse().responses(topics);
  }
}
