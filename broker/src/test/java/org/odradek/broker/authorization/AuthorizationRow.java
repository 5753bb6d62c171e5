package org.odradek.broker.authorization;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;

/**
 * One right that an API asks for, and how it is answered without it.
 *
 * @param besides rights on resources of the same name that are there all the time
 * @param errorFrom the first version with a place for the error; those before are just empty
 * @param harmless the name of what the request is about when it is allowed
 */
record AuthorizationRow(
    ApiKey api,
    Right right,
    ErrorCode error,
    Set<Right> besides,
    short errorFrom,
    String harmless,
    Requests requests) {

  /** A topic that is there; groups and transactional ids are called so too. */
  static final String THERE = "there";

  record Right(AclOperation operation, ResourceType type) {
    String resourceName(String name) {
      return type == ResourceType.CLUSTER ? ResourceType.CLUSTER_NAME : name;
    }
  }

  /** What a request is about: by its id, from the version on in which there are only ids. */
  record Named(String name, Uuid id) {}

  /** The request in one version; null if the right is not about that version. */
  interface Requests {
    @Nullable Message of(short version, Named named);
  }

  static AuthorizationRow row(
      ApiKey api, AclOperation operation, ResourceType type, Requests requests) {
    ErrorCode error =
        switch (type) {
          case TOPIC -> ErrorCode.TOPIC_AUTHORIZATION_FAILED;
          case GROUP -> ErrorCode.GROUP_AUTHORIZATION_FAILED;
          case CLUSTER -> ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
          case TRANSACTIONAL_ID -> ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
          case DELEGATION_TOKEN, USER, ANY -> throw new IllegalArgumentException(type.name());
        };
    return new AuthorizationRow(
        api, new Right(operation, type), error, Set.of(), (short) 0, THERE, requests);
  }

  AuthorizationRow answered(ErrorCode code) {
    return new AuthorizationRow(api, right, code, besides, errorFrom, harmless, requests);
  }

  AuthorizationRow besides(AclOperation operation, ResourceType type) {
    return new AuthorizationRow(
        api, right, error, Set.of(new Right(operation, type)), errorFrom, harmless, requests);
  }

  AuthorizationRow withErrorFrom(int version) {
    return new AuthorizationRow(api, right, error, besides, (short) version, harmless, requests);
  }

  AuthorizationRow about(String name) {
    return new AuthorizationRow(api, right, error, besides, errorFrom, name, requests);
  }

  /** Whether the answer must not depend on what is there. */
  boolean namesSomething() {
    return right.type() != ResourceType.CLUSTER;
  }

  static List<ErrorCode> denials() {
    return List.of(
        ErrorCode.TOPIC_AUTHORIZATION_FAILED,
        ErrorCode.GROUP_AUTHORIZATION_FAILED,
        ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
        ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED);
  }

  @Override
  public String toString() {
    return api.apiName() + ": " + right.operation() + " on " + right.type();
  }
}
