package org.odradek.broker.authentication;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.AlterUserScramCredentialsRequest;
import org.odradek.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialDeletion;
import org.odradek.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;
import org.odradek.protocol.message.AlterUserScramCredentialsResponse;
import org.odradek.protocol.message.AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult;

/** Sets and removes SCRAM credentials in ZooKeeper (KIP-554); the controller's business. */
public final class AlterUserScramCredentialsHandler
    implements ApiHandler<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse> {
  private final BooleanSupplier isController;
  private final Writer writer;

  /** Changes the settings of one user in ZooKeeper. Nothing blocks. */
  @FunctionalInterface
  public interface Writer {
    /**
     * @param change of all that is set for the user, quotas too; may refuse by an exception, and
     *     may be called more than once
     */
    CompletableFuture<Void> write(String user, UnaryOperator<Map<String, String>> change);
  }

  public AlterUserScramCredentialsHandler(BooleanSupplier isController, Writer writer) {
    this.isController = isController;
    this.writer = writer;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.ALTER_USER_SCRAM_CREDENTIALS;
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
  public AlterUserScramCredentialsRequest read(MessageReader in, short version) {
    return AlterUserScramCredentialsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      AlterUserScramCredentialsRequest request,
      Responder<AlterUserScramCredentialsResponse> out) {
    if (!isController.getAsBoolean()) {
      out.complete(all(request, ErrorCode.NOT_CONTROLLER));
      return;
    }
    if (!context.access().allowsOnCluster(AclOperation.ALTER)) {
      out.complete(all(request, ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
      return;
    }
    List<CompletableFuture<AlterUserScramCredentialsResult>> open = new ArrayList<>();
    alterations(request).forEach((user, alteration) -> open.add(write(user, alteration)));
    CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .whenComplete((done, failure) ->
            out.complete(
                new AlterUserScramCredentialsResponse()
                    .results(open.stream().map(CompletableFuture::join).toList())));
  }

  private static Map<String, ScramAlteration> alterations(
      AlterUserScramCredentialsRequest request) {
    Map<String, ScramAlteration> byUser = new LinkedHashMap<>();
    for (ScramCredentialDeletion deletion : request.deletions()) {
      ScramAlteration alteration = of(byUser, deletion.name());
      ScramHash hash = hash(alteration, deletion.mechanism());
      if (hash != null) {
        alteration.put(hash, Optional.empty());
      }
    }
    for (ScramCredentialUpsertion upsertion : request.upsertions()) {
      ScramAlteration alteration = of(byUser, upsertion.name());
      ScramHash hash = hash(alteration, upsertion.mechanism());
      int iterations = upsertion.iterations();
      if (iterations < ScramHash.ITERATIONS_MIN || iterations > ScramHash.ITERATIONS_MAX) {
        alteration.fail(
            ErrorCode.UNACCEPTABLE_CREDENTIAL,
            "%d iterations; they must be from %d to %d"
                .formatted(iterations, ScramHash.ITERATIONS_MIN, ScramHash.ITERATIONS_MAX));
      } else if (hash != null) {
        alteration.put(
            hash,
            Optional.of(
                ScramCredential.ofSaltedPassword(
                    hash, bytes(upsertion.saltedPassword()), bytes(upsertion.salt()), iterations)));
      }
    }
    return byUser;
  }

  private static ScramAlteration of(Map<String, ScramAlteration> byUser, String user) {
    ScramAlteration alteration = byUser.computeIfAbsent(user, name -> new ScramAlteration());
    if (user.isEmpty()) {
      alteration.fail(ErrorCode.UNACCEPTABLE_CREDENTIAL, "Username must not be empty");
    }
    return alteration;
  }

  private static @Nullable ScramHash hash(ScramAlteration alteration, byte code) {
    ScramHash hash = ScramHash.forCode(code);
    if (hash == null) {
      alteration.fail(
          ErrorCode.UNSUPPORTED_SASL_MECHANISM, "There is no SCRAM mechanism with number " + code);
    }
    return hash;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] copy = new byte[buffer.remaining()];
    buffer.duplicate().get(copy);
    return copy;
  }

  private CompletableFuture<AlterUserScramCredentialsResult> write(
      String user, ScramAlteration alteration) {
    if (alteration.error() != ErrorCode.NONE) {
      return CompletableFuture.completedFuture(
          result(user, alteration.error(), alteration.problem()));
    }
    return writer
        .write(user, alteration::applied)
        .handle((done, failure) -> {
          if (failure == null) {
            return result(user, ErrorCode.NONE, null);
          }
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          return result(user, ApiException.codeOf(failure), cause.getMessage());
        });
  }

  private static AlterUserScramCredentialsResult result(
      String user, ErrorCode error, @Nullable String message) {
    return new AlterUserScramCredentialsResult()
        .user(user)
        .errorCode(error.code())
        .errorMessage(message);
  }

  private static AlterUserScramCredentialsResponse all(
      AlterUserScramCredentialsRequest request, ErrorCode error) {
    return new AlterUserScramCredentialsResponse()
        .results(
            alterations(request).keySet().stream()
                .map(user -> result(user, error, error.message()))
                .toList());
  }

  @Override
  public AlterUserScramCredentialsResponse error(
      AlterUserScramCredentialsRequest request, short version, Throwable cause) {
    return all(request, ApiException.codeOf(cause));
  }
}
