package org.odradek.broker.producer;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.InitProducerIdRequest;
import org.odradek.protocol.message.InitProducerIdResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives an idempotent producer its id, with epoch 0. A transactional id is refused with
 * INVALID_REQUEST: there is no transaction coordinator yet, and of the codes that producers give up
 * on, this one's text tells of an incompatible broker and of its log, which says more.
 */
public final class InitProducerIdHandler
    implements ApiHandler<InitProducerIdRequest, InitProducerIdResponse> {
  private static final Logger log = LoggerFactory.getLogger(InitProducerIdHandler.class);
  private static final long NO_PRODUCER_ID = -1;
  private static final short NO_PRODUCER_EPOCH = -1;

  private final ProducerIds ids;
  private volatile boolean hasRefused;

  public InitProducerIdHandler(ProducerIds ids) {
    this.ids = ids;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.INIT_PRODUCER_ID;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  /** Version 6 is about two-phase commit, which needs transactions. */
  @Override
  public short maxVersion() {
    return 5;
  }

  @Override
  public InitProducerIdRequest read(MessageReader in, short version) {
    return InitProducerIdRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      InitProducerIdRequest request,
      Responder<InitProducerIdResponse> out) {
    ErrorCode refusal = denial(context.access(), request.transactionalId());
    if (refusal == ErrorCode.NONE) {
      refusal = refusal(request, context.clientId());
    }
    if (refusal != ErrorCode.NONE) {
      out.complete(failed(refusal));
      return;
    }
    ids.next()
        .whenComplete((id, failure) ->
            out.complete(
                failure == null
                    ? new InitProducerIdResponse().producerId(id).producerEpoch((short) 0)
                    : failed(codeOf(failure))));
  }

  /** To write to some topic is enough for a producer without transactions (KIP-679). */
  private static ErrorCode denial(Access access, @Nullable String transactionalId) {
    if (transactionalId != null) {
      return access.allows(AclOperation.WRITE, ResourceType.TRANSACTIONAL_ID, transactionalId)
          ? ErrorCode.NONE
          : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
    }
    return access.allowsOnAny(AclOperation.WRITE, ResourceType.TOPIC)
            || access.allowsOnCluster(AclOperation.IDEMPOTENT_WRITE)
        ? ErrorCode.NONE
        : ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
  }

  private ErrorCode refusal(InitProducerIdRequest request, @Nullable String clientId) {
    boolean hasId = request.producerId() != NO_PRODUCER_ID;
    boolean hasEpoch = request.producerEpoch() != NO_PRODUCER_EPOCH;
    if (request.transactionalId() != null) {
      if (!hasRefused) {
        hasRefused = true;
        log.warn(
            "client {} asks for transactions (transactional.id={}), which this broker does not"
                + " serve: refused, as all later ones without another line",
            clientId,
            request.transactionalId());
      }
      return ErrorCode.INVALID_REQUEST;
    }
    return hasId == hasEpoch ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST;
  }

  /** Producers try again while ZooKeeper cannot be reached. */
  private static ErrorCode codeOf(Throwable failure) {
    return Failures.code(failure) == null
        ? ApiException.codeOf(failure)
        : ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
  }

  private static InitProducerIdResponse failed(ErrorCode code) {
    return new InitProducerIdResponse().errorCode(code.code()).producerEpoch(NO_PRODUCER_EPOCH);
  }

  @Override
  public InitProducerIdResponse error(
      InitProducerIdRequest request, short version, Throwable cause) {
    return failed(ApiException.codeOf(cause));
  }
}
