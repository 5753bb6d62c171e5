package org.odradek.broker.network;

import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.ApiMessages;
import org.odradek.protocol.message.MetadataResponse;
import org.odradek.protocol.message.ProduceResponse;

/** Answers every request with an empty response, on a worker. */
final class AnsweringHandler implements ApiHandler<Message, Message> {
  private final ApiKey key;

  AnsweringHandler(ApiKey key) {
    this.key = key;
  }

  @Override
  public ApiKey apiKey() {
    return key;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return ApiMessages.highestVersion(key);
  }

  @Override
  public Execution execution() {
    return Execution.WORKER;
  }

  @Override
  public Message read(MessageReader in, short version) {
    return ApiMessages.readRequest(key, in, version);
  }

  @Override
  public void handle(RequestContext context, Message request, Responder<Message> responder) {
    responder.complete(key == ApiKey.PRODUCE ? new ProduceResponse() : new MetadataResponse());
  }

  @Override
  public Message error(Message request, short version, Throwable cause) {
    if (cause instanceof ApiException refusal && refusal.code() == ErrorCode.ILLEGAL_SASL_STATE) {
      return key == ApiKey.PRODUCE ? new ProduceResponse() : new MetadataResponse();
    }
    throw new AssertionError("not expected", cause);
  }
}
