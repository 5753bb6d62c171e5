package org.odradek.broker.authorization;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.RequestTooLargeException;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.acl.PatternType;

/**
 * What is answered for rules that could not be shown or changed.
 *
 * @param message null where the code says it all
 */
record AclErrors(ErrorCode code, @Nullable String message) {
  static final AclErrors NONE = new AclErrors(ErrorCode.NONE, null);

  static AclErrors invalid(String message) {
    return new AclErrors(ErrorCode.INVALID_REQUEST, message);
  }

  static ApiException noAuthorizer() {
    return new ApiException(
        ErrorCode.SECURITY_DISABLED,
        "No Authorizer is configured on the broker; authorizer.class.name names one.");
  }

  static AclErrors of(Throwable failure) {
    Throwable cause = Failures.cause(failure);
    if (cause instanceof ZnodeFormatException || cause instanceof RequestTooLargeException) {
      return invalid(String.valueOf(cause.getMessage()));
    }
    if (Failures.code(failure) != null) {
      return new AclErrors(
          ErrorCode.REQUEST_TIMED_OUT, "ZooKeeper did not take the change: " + cause.getMessage());
    }
    return new AclErrors(ApiException.codeOf(failure), cause.getMessage());
  }

  /** Version 0 of all three requests knows literal patterns only, and says nothing about it. */
  static byte patternTypeOf(short version, byte patternType) {
    return version == 0 ? PatternType.LITERAL.code() : patternType;
  }
}
