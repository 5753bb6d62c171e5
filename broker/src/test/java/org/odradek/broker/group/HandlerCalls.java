package org.odradek.broker.group;

import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BiFunction;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;

/** Calls handlers as a client does: request and response go through the bytes of the version. */
final class HandlerCalls {
  private final GroupHarness harness;

  HandlerCalls(GroupHarness harness) {
    this.harness = harness;
  }

  <Q extends Message, R extends Message> Reply<R> ask(
      ApiHandler<Q, R> handler,
      int version,
      Q request,
      BiFunction<MessageReader, Short, R> responseReader) {
    Reply<R> reply = new Reply<>();
    short shortVersion = (short) version;
    Q received = handler.read(new MessageReader(encoded(request, shortVersion)), shortVersion);
    handler.handle(
        context(shortVersion),
        received,
        new Responder<>() {
          @Override
          public void complete(R response) {
            reply.accept(
                responseReader.apply(
                    new MessageReader(encoded(response, shortVersion)), shortVersion));
          }

          @Override
          public void completeWithoutResponse() {
            throw new AssertionError("a response was expected");
          }

          @Override
          public void closeConnection(String reason) {
            throw new AssertionError(reason);
          }
        });
    harness.settle();
    return reply;
  }

  private static ByteBuffer encoded(Message message, short version) {
    ByteBuffer bytes = ByteBuffer.allocate(message.sizeInBytes(version));
    message.write(new ByteBufferWriter(bytes), version);
    return bytes.flip();
  }

  private static RequestContext context(short version) {
    return (RequestContext)
        Proxy.newProxyInstance(
            HandlerCalls.class.getClassLoader(),
            new Class<?>[] {RequestContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "version" -> version;
                  case "clientId" -> "client";
                  case "listenerName" -> "PLAINTEXT";
                  case "clientAddress", "localAddress" -> new InetSocketAddress("127.0.0.1", 5);
                  case "access" -> Access.UNRESTRICTED;
                  default -> throw new AssertionError("asked for " + method.getName());
                });
  }
}
