package org.odradek.broker.authentication;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.DescribeUserScramCredentialsRequest;
import org.odradek.protocol.message.DescribeUserScramCredentialsRequest.UserName;
import org.odradek.protocol.message.DescribeUserScramCredentialsResponse;
import org.odradek.protocol.message.DescribeUserScramCredentialsResponse.CredentialInfo;
import org.odradek.protocol.message.DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult;

/** Tells by which hash functions users can log in, and with how many iterations (KIP-554). */
public final class DescribeUserScramCredentialsHandler
    implements ApiHandler<
        DescribeUserScramCredentialsRequest, DescribeUserScramCredentialsResponse> {
  private final UserCredentials users;

  public DescribeUserScramCredentialsHandler(UserCredentials users) {
    this.users = users;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_USER_SCRAM_CREDENTIALS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 0;
  }

  @Override
  public DescribeUserScramCredentialsRequest read(MessageReader in, short version) {
    return DescribeUserScramCredentialsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeUserScramCredentialsRequest request,
      Responder<DescribeUserScramCredentialsResponse> out) {
    if (!context.access().allowsOnCluster(AclOperation.DESCRIBE)) {
      out.complete(
          failed(
              ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
              ErrorCode.CLUSTER_AUTHORIZATION_FAILED.message()));
      return;
    }
    out.complete(new DescribeUserScramCredentialsResponse().results(results(request)));
  }

  private List<DescribeUserScramCredentialsResult> results(
      DescribeUserScramCredentialsRequest request) {
    List<DescribeUserScramCredentialsResult> results = new ArrayList<>();
    List<UserName> asked = request.users();
    if (asked == null || asked.isEmpty()) {
      users.all().forEach((name, credentials) -> results.add(found(name, credentials)));
      return results;
    }
    Set<String> names = new LinkedHashSet<>();
    Set<String> twice = new TreeSet<>();
    for (UserName user : asked) {
      if (!names.add(user.name())) {
        twice.add(user.name());
      }
    }
    for (String name : names) {
      Map<ScramHash, ScramCredential> credentials = users.of(name);
      if (twice.contains(name)) {
        results.add(
            failed(name, ErrorCode.DUPLICATE_RESOURCE, "The user " + name + " is named twice"));
      } else if (credentials.isEmpty()) {
        results.add(
            failed(
                name,
                ErrorCode.RESOURCE_NOT_FOUND,
                "The user " + name + " has no SCRAM credential"));
      } else {
        results.add(found(name, credentials));
      }
    }
    return results;
  }

  private static DescribeUserScramCredentialsResult found(
      String name, Map<ScramHash, ScramCredential> credentials) {
    List<CredentialInfo> infos = new ArrayList<>();
    for (ScramHash hash : ScramHash.values()) {
      ScramCredential credential = credentials.get(hash);
      if (credential != null) {
        infos.add(new CredentialInfo().mechanism(hash.code()).iterations(credential.iterations()));
      }
    }
    return new DescribeUserScramCredentialsResult().user(name).credentialInfos(infos);
  }

  private static DescribeUserScramCredentialsResult failed(
      String name, ErrorCode error, String message) {
    return new DescribeUserScramCredentialsResult()
        .user(name)
        .errorCode(error.code())
        .errorMessage(message);
  }

  private static DescribeUserScramCredentialsResponse failed(ErrorCode error, String message) {
    return new DescribeUserScramCredentialsResponse().errorCode(error.code()).errorMessage(message);
  }

  @Override
  public DescribeUserScramCredentialsResponse error(
      DescribeUserScramCredentialsRequest request, short version, Throwable cause) {
    ErrorCode error = ApiException.codeOf(cause);
    return failed(error, error.message());
  }
}
