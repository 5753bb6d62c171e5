package org.odradek.broker.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.HandlerCall;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.AlterUserScramCredentialsRequest;
import org.odradek.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialDeletion;
import org.odradek.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;
import org.odradek.protocol.message.AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult;
import org.odradek.protocol.message.DescribeUserScramCredentialsRequest;
import org.odradek.protocol.message.DescribeUserScramCredentialsRequest.UserName;
import org.odradek.protocol.message.DescribeUserScramCredentialsResponse.DescribeUserScramCredentialsResult;

class ScramHandlersTest {
  private static final byte[] SALT = {1, 2, 3};

  private final UserCredentials users = new UserCredentials();
  private final Map<String, Map<String, String>> znodes = new HashMap<>();
  private boolean isController = true;

  private final AlterUserScramCredentialsHandler alter =
      new AlterUserScramCredentialsHandler(
          () -> isController,
          (user, change) -> {
            try {
              Map<String, String> changed = change.apply(znodes.getOrDefault(user, Map.of()));
              znodes.put(user, changed);
              users.configChanged(new ConfigEntity("users/" + user), changed);
              return CompletableFuture.completedFuture(null);
            } catch (RuntimeException e) {
              return CompletableFuture.failedFuture(e);
            }
          });

  private static ScramCredentialUpsertion set(String user, ScramHash hash, int iterations) {
    return new ScramCredentialUpsertion()
        .name(user)
        .mechanism(hash.code())
        .iterations(iterations)
        .salt(ByteBuffer.wrap(SALT))
        .saltedPassword(ByteBuffer.wrap(hash.saltedPassword("p", SALT, iterations)));
  }

  private static ScramCredentialDeletion remove(String user, ScramHash hash) {
    return new ScramCredentialDeletion().name(user).mechanism(hash.code());
  }

  /** {@code user error} of each result. */
  private List<String> alter(
      List<ScramCredentialDeletion> deletions, List<ScramCredentialUpsertion> upsertions) {
    List<String> results = new ArrayList<>();
    for (AlterUserScramCredentialsResult result :
        HandlerCall.ask(
                alter,
                0,
                new AlterUserScramCredentialsRequest().deletions(deletions).upsertions(upsertions))
            .join()
            .results()) {
      results.add(result.user() + " " + ErrorCode.forCode(result.errorCode()));
    }
    return results;
  }

  /** {@code user error mechanism/iterations...} of each result. */
  private List<String> describe(String... names) {
    List<String> results = new ArrayList<>();
    for (DescribeUserScramCredentialsResult result :
        HandlerCall.ask(
                new DescribeUserScramCredentialsHandler(users),
                0,
                new DescribeUserScramCredentialsRequest()
                    .users(List.of(names).stream().map(name -> new UserName().name(name)).toList()))
            .join()
            .results()) {
      StringBuilder line =
          new StringBuilder(result.user() + " " + ErrorCode.forCode(result.errorCode()));
      result
          .credentialInfos()
          .forEach(info ->
              line.append(' ').append(info.mechanism()).append('/').append(info.iterations()));
      results.add(line.toString());
    }
    return results;
  }

  @Test
  void setsDescribesAndRemoves() {
    znodes.put("alice", Map.of("producer_byte_rate", "7"));
    assertEquals(
        List.of("alice NONE", "bob NONE"),
        alter(
            List.of(),
            List.of(
                set("alice", ScramHash.SHA_256, 4096),
                set("alice", ScramHash.SHA_512, 8192),
                set("bob", ScramHash.SHA_512, 16_384))));
    assertEquals(List.of("alice NONE 1/4096 2/8192", "bob NONE 2/16384"), describe());
    assertEquals("7", znodes.getOrDefault("alice", Map.of()).get("producer_byte_rate"));
    ScramCredential stored = users.find("alice", ScramHash.SHA_256);
    assertNotNull(stored);
    assertEquals(
        ScramCredential.ofPassword(ScramHash.SHA_256, "p", SALT, 4096).text(), stored.text());

    assertEquals(
        List.of("alice NONE"), alter(List.of(remove("alice", ScramHash.SHA_256)), List.of()));
    assertNull(users.find("alice", ScramHash.SHA_256));
    assertEquals(
        List.of("bob NONE 2/16384", "alice NONE 2/8192", "carol RESOURCE_NOT_FOUND"),
        describe("bob", "alice", "carol"));
    assertEquals(
        List.of("bob DUPLICATE_RESOURCE", "alice NONE 2/8192"), describe("bob", "alice", "bob"));
  }

  @Test
  void whatIsWrongWithOneUserLeavesTheOthersAlone() {
    assertEquals(
        List.of(
            "gone RESOURCE_NOT_FOUND",
            "twice DUPLICATE_RESOURCE",
            "odd UNSUPPORTED_SASL_MECHANISM",
            "few UNACCEPTABLE_CREDENTIAL",
            "many UNACCEPTABLE_CREDENTIAL",
            " UNACCEPTABLE_CREDENTIAL",
            "alice NONE"),
        alter(
            List.of(
                remove("gone", ScramHash.SHA_256),
                remove("twice", ScramHash.SHA_256),
                new ScramCredentialDeletion().name("odd").mechanism((byte) 0)),
            List.of(
                set("twice", ScramHash.SHA_256, 4096),
                set("few", ScramHash.SHA_256, 4095),
                set("many", ScramHash.SHA_256, 16_385),
                set("", ScramHash.SHA_256, 4096),
                set("alice", ScramHash.SHA_256, 4096))));
    assertEquals(List.of("alice NONE 1/4096"), describe());
    assertFalse(znodes.containsKey("twice"));
  }

  @Test
  void onlyTheControllerChangesThem() {
    isController = false;
    assertEquals(
        List.of("alice NOT_CONTROLLER"),
        alter(List.of(), List.of(set("alice", ScramHash.SHA_256, 4096))));
    assertEquals(List.of(), describe());
  }

  @Test
  void namesInZooKeeperAreSanitized() {
    String text = ScramCredential.ofPassword(ScramHash.SHA_256, "p", SALT, 4096).text();
    for (String path :
        List.of(
            "users/CN%3Dalice%2CO%3Dx",
            "users/<default>", "users/a/clients/b", "clients/c", "users/%zz")) {
      users.configChanged(new ConfigEntity(path), Map.of("SCRAM-SHA-256", text));
    }
    assertEquals(List.of("CN=alice,O=x NONE 1/4096"), describe());
    users.configChanged(
        new ConfigEntity("users/CN%3Dalice%2CO%3Dx"), Map.of("SCRAM-SHA-256", "spoilt"));
    assertEquals(List.of(), describe());
  }
}
