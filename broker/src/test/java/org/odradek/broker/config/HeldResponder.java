package org.odradek.broker.config;

import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.Message;

/** Holds the one response of a request. */
final class HeldResponder<R extends Message> implements Responder<R> {
  /** For handlers that look at nothing but the version. */
  static RequestContext context(int version) {
    return (RequestContext)
        Proxy.newProxyInstance(
            HeldResponder.class.getClassLoader(),
            new Class<?>[] {RequestContext.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("version")) {
                return (short) version;
              }
              if (method.getName().equals("access")) {
                return Access.UNRESTRICTED;
              }
              throw new AssertionError("asked for " + method.getName());
            });
  }

  private @Nullable R response;

  R response() {
    R held = response;
    if (held == null) {
      throw new AssertionError("no response yet");
    }
    return held;
  }

  @Override
  public void complete(R completed) {
    if (response != null) {
      throw new AssertionError("a second response: " + completed);
    }
    response = completed;
  }

  @Override
  public void completeWithoutResponse() {
    throw new AssertionError("no response meant");
  }

  @Override
  public void closeConnection(String reason) {
    throw new AssertionError("closed: " + reason);
  }
}
