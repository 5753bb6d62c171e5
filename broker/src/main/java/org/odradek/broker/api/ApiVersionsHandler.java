package org.odradek.broker.api;

import java.util.ArrayList;
import java.util.List;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.ApiVersionsResponse;

/**
 * Tells clients which versions of which APIs are served: exactly those that have a handler.
 *
 * <p>The one API that answers every version: to one that is not known it gives its own range, in
 * version 0, and the client asks again. From version 3 on clients name their software (KIP-511).
 */
public final class ApiVersionsHandler
    implements ApiHandler<ApiVersionsRequest, ApiVersionsResponse> {
  private final HandlerRegistry handlers;

  public ApiVersionsHandler(HandlerRegistry handlers) {
    this.handlers = handlers;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.API_VERSIONS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 4;
  }

  private boolean serves(short version) {
    return version >= minVersion() && version <= maxVersion();
  }

  @Override
  public ApiVersionsRequest read(MessageReader in, short version) {
    return serves(version) ? ApiVersionsRequest.read(in, version) : new ApiVersionsRequest();
  }

  @Override
  public void handle(
      RequestContext context, ApiVersionsRequest request, Responder<ApiVersionsResponse> out) {
    if (!serves(context.version())) {
      out.complete(
          new ApiVersionsResponse()
              .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
              .apiKeys(List.of(range(this))));
      return;
    }
    if (context.version() >= 3) {
      if (!isSoftwareName(request.clientSoftwareName())
          || !isSoftwareName(request.clientSoftwareVersion())) {
        out.complete(new ApiVersionsResponse().errorCode(ErrorCode.INVALID_REQUEST.code()));
        return;
      }
      context
          .session()
          .clientSoftware(request.clientSoftwareName(), request.clientSoftwareVersion());
    }
    List<ApiVersionsResponse.ApiVersion> ranges = new ArrayList<>();
    for (ApiHandler<?, ?> handler : handlers.handlers()) {
      ranges.add(range(handler));
    }
    out.complete(new ApiVersionsResponse().apiKeys(ranges));
  }

  private static ApiVersionsResponse.ApiVersion range(ApiHandler<?, ?> handler) {
    return new ApiVersionsResponse.ApiVersion()
        .apiKey(handler.apiKey().id())
        .minVersion(handler.minVersion())
        .maxVersion(handler.maxVersion());
  }

  /** Letters, digits, periods and hyphens, the latter two neither first nor last. */
  private static boolean isSoftwareName(String name) {
    if (name.isEmpty()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      boolean inside = i > 0 && i < name.length() - 1;
      if (!alphanumeric && !(inside && (c == '.' || c == '-'))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public ApiVersionsResponse error(ApiVersionsRequest request, short version, Throwable cause) {
    return new ApiVersionsResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
