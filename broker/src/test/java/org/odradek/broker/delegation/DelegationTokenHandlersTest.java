package org.odradek.broker.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.broker.authentication.ScramHash;
import org.odradek.broker.authentication.TokenLogins;
import org.odradek.broker.config.Secret;
import org.odradek.controller.znode.DelegationTokenInfo;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.CreateDelegationTokenRequest;
import org.odradek.protocol.message.CreateDelegationTokenRequest.CreatableRenewers;
import org.odradek.protocol.message.CreateDelegationTokenResponse;
import org.odradek.protocol.message.DescribeDelegationTokenRequest;
import org.odradek.protocol.message.DescribeDelegationTokenRequest.DescribeDelegationTokenOwner;
import org.odradek.protocol.message.DescribeDelegationTokenResponse;
import org.odradek.protocol.message.ExpireDelegationTokenRequest;
import org.odradek.protocol.message.RenewDelegationTokenRequest;

/** The rules are those of stock Kafka 3.9. */
class DelegationTokenHandlersTest {
  private static final long DAY_MS = 86_400_000;
  private static final TokenClient ALICE = TokenClient.of("alice");
  private static final TokenClient BOB = TokenClient.of("bob");
  private static final TokenClient EVE = TokenClient.of("eve");

  private long now = 1_000_000;
  private int ids;
  private final Map<String, DelegationTokenInfo> stored = new TreeMap<>();
  private final DelegationTokens tokens =
      new DelegationTokens(
          new DelegationTokenSecret(new Secret("master-secret")),
          new DelegationTokens.Lifetimes(7 * DAY_MS, DAY_MS),
          new Repository(),
          () -> java.time.Instant.ofEpochMilli(now),
          () -> "id-" + ids++);

  @Test
  void theHmacIsWhatABrokerOfKafkaMakesFromTheSameKey() {
    tokens.tokenIs(
        new DelegationTokenInfo(
            "MVyZXRRRQeG1MI1jgpTPgw", "User:a", "User:a", List.of(), now, now + 1, now + 1));
    assertEquals(
        "sEG/7LXiTLgXFGJKoE/LOebEJVblOPGS80rCJ0uG6GOXLM4OCu+eIbxZDKKuGhDON+qDcUO7vlDbbvznjhd/pA==",
        valid("MVyZXRRRQeG1MI1jgpTPgw").password());
  }

  @Test
  void whoOnlyAskedForATokenMayNotChangeIt() {
    tokens.tokenIs(
        new DelegationTokenInfo(
            "id", "User:alice", "User:eve", List.of("User:bob"), now, now + 1, now + 1));
    ByteBuffer hmac = ByteBuffer.wrap(valid("id").hmac());
    assertEquals("DELEGATION_TOKEN_OWNER_MISMATCH -1", renew(EVE, hmac, 1));
    assertEquals("DELEGATION_TOKEN_OWNER_MISMATCH -1", expire(EVE, hmac, -1));
    assertEquals("NONE " + now, expire(BOB, hmac, -1));
  }

  @Test
  void credentialsAreThereBeforeTheFirstLogin() {
    List<Runnable> background = new ArrayList<>();
    tokens.makeCredentials(Set.of(ScramHash.SHA_256), background::add);
    for (String id : List.of("a", "b")) {
      tokens.tokenIs(
          new DelegationTokenInfo(id, "User:a", "User:a", List.of(), now, now + 1, now + 1));
      assertFalse(valid(id).credentials().has(ScramHash.SHA_256));
    }
    while (!background.isEmpty()) {
      background.removeFirst().run();
    }
    for (String id : List.of("a", "b")) {
      assertTrue(valid(id).credentials().has(ScramHash.SHA_256), id);
      assertFalse(valid(id).credentials().has(ScramHash.SHA_512), id);
    }
    tokens.tokenIs(
        new DelegationTokenInfo("c", "User:a", "User:a", List.of(), now, now + 1, now + 1));
    CompletableFuture<Void> made = tokens.whenCredentialsAreMade();
    assertFalse(made.isDone());
    background.removeLast().run();
    assertTrue(made.isDone());
    assertTrue(valid("c").credentials().has(ScramHash.SHA_256));
  }

  @Test
  void aTokenLivesAsLongAsIsAskedForAndAllowed() {
    CreateDelegationTokenResponse token = create(ALICE, new CreateDelegationTokenRequest());
    assertEquals(now, token.issueTimestampMs());
    assertEquals(now + DAY_MS, token.expiryTimestampMs());
    assertEquals(now + 7 * DAY_MS, token.maxTimestampMs());
    assertEquals("alice", token.principalName());
    assertEquals("alice", token.tokenRequesterPrincipalName());

    CreateDelegationTokenResponse brief =
        create(ALICE, new CreateDelegationTokenRequest().maxLifetimeMs(5));
    assertEquals(now + 5, brief.maxTimestampMs());
    assertEquals(now + 5, brief.expiryTimestampMs());
    CreateDelegationTokenResponse endless =
        create(ALICE, new CreateDelegationTokenRequest().maxLifetimeMs(Long.MAX_VALUE));
    assertEquals(now + 7 * DAY_MS, endless.maxTimestampMs());
  }

  @Test
  void ownerAndRenewersMayRenewAndNobodyElse() {
    CreateDelegationTokenResponse token = create(ALICE, renewableBy("bob"));
    now += 10;
    assertEquals("NONE " + (now + DAY_MS), renew(ALICE, token.hmac(), -1));
    assertEquals("NONE " + (now + 3 * DAY_MS), renew(BOB, token.hmac(), 3 * DAY_MS));
    assertEquals("NONE " + token.maxTimestampMs(), renew(BOB, token.hmac(), Long.MAX_VALUE));
    assertEquals("DELEGATION_TOKEN_OWNER_MISMATCH -1", renew(EVE, token.hmac(), -1));
    assertEquals("DELEGATION_TOKEN_OWNER_MISMATCH -1", expire(EVE, token.hmac(), -1));
    assertEquals(
        "DELEGATION_TOKEN_NOT_FOUND -1", renew(ALICE, ByteBuffer.wrap(new byte[] {1}), -1));
    assertEquals(token.maxTimestampMs(), stored(token).expiryTimestampMs());
  }

  @Test
  void whatHasExpiredIsNotRenewedButCanBeRemoved() {
    CreateDelegationTokenResponse token = create(ALICE, new CreateDelegationTokenRequest());
    assertEquals("NONE " + (now + 7), expire(ALICE, token.hmac(), 7));
    now += 7;
    assertNotNull(tokens.valid(token.tokenId()));
    now++;
    assertNull(tokens.valid(token.tokenId()));
    assertEquals("DELEGATION_TOKEN_EXPIRED -1", renew(ALICE, token.hmac(), -1));
    assertEquals("DELEGATION_TOKEN_EXPIRED -1", expire(ALICE, token.hmac(), 5));
    assertEquals("NONE " + now, expire(ALICE, token.hmac(), -1));
    assertEquals(Map.of(), stored);
    assertEquals("DELEGATION_TOKEN_NOT_FOUND -1", renew(ALICE, token.hmac(), -1));
  }

  @Test
  void expiredOnesAreRemovedFromTimeToTime() {
    CreateDelegationTokenResponse brief =
        create(ALICE, new CreateDelegationTokenRequest().maxLifetimeMs(5));
    CreateDelegationTokenResponse other = create(ALICE, new CreateDelegationTokenRequest());
    tokens.removeExpired();
    assertEquals(2, stored.size());
    now += 6;
    tokens.removeExpired();
    assertEquals(List.of(other.tokenId()), List.copyOf(stored.keySet()));
    assertEquals("DELEGATION_TOKEN_NOT_FOUND -1", renew(ALICE, brief.hmac(), -1));
  }

  @Test
  void whatAnotherBrokerRemovedIsNotFound() {
    CreateDelegationTokenResponse token = create(ALICE, new CreateDelegationTokenRequest());
    stored.clear();
    assertEquals("DELEGATION_TOKEN_NOT_FOUND -1", renew(ALICE, token.hmac(), -1));
    tokens.tokensAre(List.of());
    assertNull(tokens.valid(token.tokenId()));
  }

  @Test
  void tokensForOthersNeedTheRight() {
    CreateDelegationTokenRequest forBob =
        new CreateDelegationTokenRequest().ownerPrincipalType("User").ownerPrincipalName("bob");
    CreateDelegationTokenResponse refused = create(EVE.with(rights()), forBob);
    assertEquals(ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED.code(), refused.errorCode());
    assertEquals(-1, refused.maxTimestampMs());
    assertEquals(0, refused.hmac().remaining());
    CreateDelegationTokenResponse made =
        create(ALICE.with(rights("CREATE_TOKENS USER User:bob")), forBob);
    assertEquals(0, made.errorCode());
    assertEquals("bob", made.principalName());
    assertEquals("alice", made.tokenRequesterPrincipalName());
    assertEquals("User:alice", stored(made).requester());
  }

  @Test
  void othersTokensAreShownToWhoMaySeeThem() {
    create(ALICE, new CreateDelegationTokenRequest());
    create(BOB, renewableBy("carol"));
    TokenClient eve = EVE.with(rights());
    assertEquals(List.of(), describe(eve, (String[]) null));
    assertEquals(List.of("id-0"), describe(ALICE.with(rights()), (String[]) null));
    assertEquals(
        List.of("id-1"), describe(TokenClient.of("carol").with(rights()), (String[]) null));
    assertEquals(List.of("id-0", "id-1"), describe(EVE, (String[]) null));
    assertEquals(List.of("id-1"), describe(EVE, "carol"));
    assertEquals(List.of(), describe(EVE));
    assertEquals(
        List.of("id-1"), describe(EVE.with(rights("DESCRIBE DELEGATION_TOKEN id-1")), "bob"));
    assertEquals(
        List.of("id-0"),
        describe(EVE.with(rights("DESCRIBE_TOKENS USER User:alice")), (String[]) null));
  }

  @Test
  void clientsLogInByTheTokenAsLongAsItIsValid() {
    CreateDelegationTokenResponse token = create(ALICE, new CreateDelegationTokenRequest());
    TokenLogins.TokenLogin login = tokens.find(token.tokenId(), ScramHash.SHA_256);
    assertNotNull(login);
    assertEquals("User:alice", login.owner().toString());
    assertEquals(token.expiryTimestampMs(), login.expiresAtMs());
    assertEquals(ScramHash.ITERATIONS_MIN, login.credential().iterations());
    renew(ALICE, token.hmac(), 5);
    TokenLogins.TokenLogin renewed = tokens.find(token.tokenId(), ScramHash.SHA_256);
    assertNotNull(renewed);
    assertEquals(login.credential(), renewed.credential(), "not made again");
    assertEquals(now + 5, renewed.expiresAtMs());
    now += 6;
    assertNull(tokens.find(token.tokenId(), ScramHash.SHA_256));
    assertNull(tokens.find("unknown", ScramHash.SHA_512));
  }

  @Test
  void aTokenCannotBegetOthers() {
    CreateDelegationTokenResponse token = create(ALICE, new CreateDelegationTokenRequest());
    TokenClient anonymous = new TokenClient(Principal.ANONYMOUS, false, false, Access.UNRESTRICTED);
    for (TokenClient client : List.of(ALICE.byItsToken(), anonymous)) {
      short code = ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED.code();
      assertEquals(code, create(client, new CreateDelegationTokenRequest()).errorCode());
      assertEquals("DELEGATION_TOKEN_REQUEST_NOT_ALLOWED -1", renew(client, token.hmac(), -1));
      assertEquals("DELEGATION_TOKEN_REQUEST_NOT_ALLOWED -1", expire(client, token.hmac(), -1));
      assertEquals(
          code,
          client
              .ask(new DescribeDelegationTokenHandler(tokens), new DescribeDelegationTokenRequest())
              .errorCode());
    }
    assertEquals(1, stored.size());
  }

  @Test
  void withoutASecretKeyThereAreNone() {
    short code = ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED.code();
    assertEquals(
        code,
        ALICE
            .ask(new CreateDelegationTokenHandler(null), new CreateDelegationTokenRequest())
            .errorCode());
    assertEquals(
        code,
        ALICE
            .ask(new DescribeDelegationTokenHandler(null), new DescribeDelegationTokenRequest())
            .errorCode());
    assertEquals(
        code,
        ALICE
            .ask(new RenewDelegationTokenHandler(null), new RenewDelegationTokenRequest())
            .errorCode());
  }

  @Test
  void answersFitIntoAllVersions() {
    CreateDelegationTokenHandler creator = new CreateDelegationTokenHandler(tokens);
    DescribeDelegationTokenHandler describer = new DescribeDelegationTokenHandler(tokens);
    for (int version = 0; version <= 3; version++) {
      CreateDelegationTokenResponse made =
          ALICE.ask(creator, new CreateDelegationTokenRequest(), version);
      assertEquals("alice", made.principalName());
      assertEquals(version < 3 ? "" : "alice", made.tokenRequesterPrincipalName());
      assertEquals(
          version + 1,
          ALICE
              .ask(describer, new DescribeDelegationTokenRequest().owners(null), version)
              .tokens()
              .size());
      ALICE.byItsToken().ask(creator, new CreateDelegationTokenRequest(), version);
    }
  }

  @Test
  void onlyUsersRenew() {
    CreateDelegationTokenRequest request =
        new CreateDelegationTokenRequest()
            .renewers(List.of(new CreatableRenewers().principalType("Group").principalName("g")));
    assertEquals(ErrorCode.INVALID_PRINCIPAL_TYPE.code(), create(ALICE, request).errorCode());
  }

  private static CreateDelegationTokenRequest renewableBy(String name) {
    return new CreateDelegationTokenRequest()
        .renewers(List.of(new CreatableRenewers().principalType("User").principalName(name)));
  }

  private CreateDelegationTokenResponse create(
      TokenClient client, CreateDelegationTokenRequest request) {
    return client.ask(new CreateDelegationTokenHandler(tokens), request);
  }

  private String renew(TokenClient client, ByteBuffer hmac, long periodMs) {
    var answer =
        client.ask(
            new RenewDelegationTokenHandler(tokens),
            new RenewDelegationTokenRequest().hmac(hmac).renewPeriodMs(periodMs));
    return ErrorCode.forCode(answer.errorCode()) + " " + answer.expiryTimestampMs();
  }

  private String expire(TokenClient client, ByteBuffer hmac, long periodMs) {
    var answer =
        client.ask(
            new ExpireDelegationTokenHandler(tokens),
            new ExpireDelegationTokenRequest().hmac(hmac).expiryTimePeriodMs(periodMs));
    return ErrorCode.forCode(answer.errorCode()) + " " + answer.expiryTimestampMs();
  }

  private List<String> describe(TokenClient client, String @Nullable ... owners) {
    DescribeDelegationTokenRequest request =
        new DescribeDelegationTokenRequest()
            .owners(
                owners == null
                    ? null
                    : Arrays.stream(owners)
                        .map(owner ->
                            new DescribeDelegationTokenOwner()
                                .principalType("User")
                                .principalName(owner))
                        .toList());
    DescribeDelegationTokenResponse answer =
        client.ask(new DescribeDelegationTokenHandler(tokens), request);
    assertEquals(0, answer.errorCode());
    return answer.tokens().stream().map(token -> token.tokenId()).sorted().toList();
  }

  private DelegationToken valid(String tokenId) {
    DelegationToken token = tokens.valid(tokenId);
    assertNotNull(token);
    return token;
  }

  private DelegationTokenInfo stored(CreateDelegationTokenResponse token) {
    DelegationTokenInfo info = stored.get(token.tokenId());
    assertTrue(info != null, () -> token.tokenId() + " is not stored");
    return java.util.Objects.requireNonNull(info);
  }

  /** Only these: operation, type of resource, name. */
  private static Access rights(String... granted) {
    List<String> rights = new ArrayList<>(List.of(granted));
    return new Access() {
      @Override
      public boolean isUnrestricted() {
        return false;
      }

      @Override
      public boolean allows(AclOperation operation, ResourceType type, String name) {
        return rights.contains(operation + " " + type + " " + name);
      }

      @Override
      public boolean allowsQuietly(AclOperation operation, ResourceType type, String name) {
        return allows(operation, type, name);
      }

      @Override
      public boolean allowsOnAny(AclOperation operation, ResourceType type) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private final class Repository implements DelegationTokenRepository {
    @Override
    public CompletableFuture<Void> create(DelegationTokenInfo token) {
      stored.put(token.tokenId(), token);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> update(DelegationTokenInfo token) {
      return stored.replace(token.tokenId(), token) == null
          ? CompletableFuture.failedFuture(new KeeperException.NoNodeException("/x"))
          : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> remove(String tokenId) {
      stored.remove(tokenId);
      return CompletableFuture.completedFuture(null);
    }
  }
}
