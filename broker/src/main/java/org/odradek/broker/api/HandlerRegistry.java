package org.odradek.broker.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All handlers of the broker, one for each API key served. ApiVersions is derived from it.
 *
 * <p>Thread-safety: filled by the assembly before the first connection, read by all event loops
 * afterwards.
 */
public final class HandlerRegistry {
  private @Nullable ApiHandler<?, ?>[] byKey = new ApiHandler<?, ?>[96];
  private Function<RequestContext, Access> access = context -> Access.UNRESTRICTED;

  /**
   * Adds a handler.
   *
   * @throws IllegalStateException if its key has one already, or its version range is empty
   */
  public HandlerRegistry register(ApiHandler<?, ?> handler) {
    short key = handler.apiKey().id();
    if (key >= byKey.length) {
      byKey = Arrays.copyOf(byKey, key + 1);
    }
    if (byKey[key] != null) {
      throw new IllegalStateException(
          "two handlers for "
              + handler.apiKey()
              + ": "
              + byKey[key].getClass().getName()
              + " and "
              + handler.getClass().getName());
    }
    if (handler.minVersion() < 0 || handler.minVersion() > handler.maxVersion()) {
      throw new IllegalStateException(
          handler.apiKey() + " serves " + handler.minVersion() + " to " + handler.maxVersion());
    }
    byKey[key] = handler;
    return this;
  }

  public HandlerRegistry registerAll(Collection<? extends ApiHandler<?, ?>> handlers) {
    handlers.forEach(this::register);
    return this;
  }

  /** Lets what the sender of a request may do be found in this way; everything before. */
  public HandlerRegistry authorizeBy(Function<RequestContext, Access> access) {
    this.access = access;
    return this;
  }

  /** What the sender of a request may do. */
  public Access accessOf(RequestContext context) {
    return access.apply(context);
  }

  /** The handler of an API key's number, or null when it is not served. */
  public @Nullable ApiHandler<?, ?> find(short key) {
    return key < 0 || key >= byKey.length ? null : byKey[key];
  }

  /** In ascending order of their keys. */
  public List<ApiHandler<?, ?>> handlers() {
    List<ApiHandler<?, ?>> all = new ArrayList<>();
    for (ApiHandler<?, ?> handler : byKey) {
      if (handler != null) {
        all.add(handler);
      }
    }
    return all;
  }
}
