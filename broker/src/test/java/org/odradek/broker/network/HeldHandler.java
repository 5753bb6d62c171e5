package org.odradek.broker.network;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.ApiMessages;

/** Serves an API by doing nothing: the test decides when and what to answer. */
final class HeldHandler implements ApiHandler<Message, Message> {
  private final ApiKey key;
  private final boolean pipelined;
  private final boolean borrowsFrame;
  private final boolean isOfBroker;
  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

  record Call(RequestContext context, Message request, Responder<Message> responder) {}

  HeldHandler(ApiKey key, boolean pipelined, boolean borrowsFrame) {
    this(key, pipelined, borrowsFrame, false);
  }

  private HeldHandler(ApiKey key, boolean pipelined, boolean borrowsFrame, boolean isOfBroker) {
    this.key = key;
    this.pipelined = pipelined;
    this.borrowsFrame = borrowsFrame;
    this.isOfBroker = isOfBroker;
  }

  /** One that only brokers ask. */
  static HeldHandler ofBrokers(ApiKey key) {
    return new HeldHandler(key, false, false, true);
  }

  Call next() throws InterruptedException {
    Call call = calls.poll(20, TimeUnit.SECONDS);
    if (call == null) {
      throw new AssertionError("no request has come in");
    }
    return call;
  }

  List<Call> next(int count) throws InterruptedException {
    List<Call> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(next());
    }
    return all;
  }

  boolean hasNone() {
    return calls.isEmpty();
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
  public boolean isOfBroker(Message request) {
    return isOfBroker;
  }

  @Override
  public boolean pipelined() {
    return pipelined;
  }

  @Override
  public boolean borrowsFrame() {
    return borrowsFrame;
  }

  @Override
  public Message read(MessageReader in, short version) {
    return ApiMessages.readRequest(key, in, version);
  }

  @Override
  public void handle(RequestContext context, Message request, Responder<Message> responder) {
    calls.add(new Call(context, request, responder));
  }

  @Override
  public Message error(Message request, short version, Throwable cause) {
    throw new AssertionError(ApiException.codeOf(cause).toString(), cause);
  }
}
