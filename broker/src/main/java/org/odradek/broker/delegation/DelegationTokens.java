package org.odradek.broker.delegation;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.broker.authentication.ScramHash;
import org.odradek.broker.authentication.TokenLogins;
import org.odradek.controller.delegation.DelegationTokenChanges;
import org.odradek.controller.znode.DelegationTokenInfo;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delegation tokens of the cluster, as this broker knows them, and the changes that it makes to
 * them for clients.
 *
 * <p>All are held in memory, as Kafka's brokers do: their number is bounded by who may make them,
 * and by their life time.
 *
 * <p>Thread-safety: any thread; what ZooKeeper tells comes from its event thread.
 */
public final class DelegationTokens implements DelegationTokenChanges.Listener, TokenLogins {
  private static final Logger log = LoggerFactory.getLogger(DelegationTokens.class);

  /**
   * How long tokens live.
   *
   * @param maxLifetimeMs {@code delegation.token.max.lifetime.ms}
   * @param expiryTimeMs {@code delegation.token.expiry.time.ms}, unless they are renewed
   */
  public record Lifetimes(long maxLifetimeMs, long expiryTimeMs) {}

  private final DelegationTokenSecret secret;
  private final Lifetimes lifetimes;
  private final DelegationTokenRepository repository;
  private final InstantSource clock;
  private final Supplier<String> newIds;
  private final Map<String, DelegationToken> byId = new ConcurrentHashMap<>();
  private final Map<String, String> idsByPassword = new ConcurrentHashMap<>();
  private volatile @Nullable TokenCredentialBacklog backlog;

  /**
   * @param newIds gives ids that nobody can guess
   */
  public DelegationTokens(
      DelegationTokenSecret secret,
      Lifetimes lifetimes,
      DelegationTokenRepository repository,
      InstantSource clock,
      Supplier<String> newIds) {
    this.secret = secret;
    this.lifetimes = lifetimes;
    this.repository = repository;
    this.clock = clock;
    this.newIds = newIds;
  }

  /**
   * From now on the credentials of tokens are made as soon as the tokens are known.
   *
   * @param hashes of the mechanisms that clients can use
   */
  public void makeCredentials(Set<ScramHash> hashes, Executor background) {
    backlog = new TokenCredentialBacklog(hashes, background);
  }

  /** Completes when the credentials of all tokens are made that are known now. */
  public CompletableFuture<Void> whenCredentialsAreMade() {
    TokenCredentialBacklog current = backlog;
    return current == null ? CompletableFuture.completedFuture(null) : current.whenMade();
  }

  @Override
  public @Nullable TokenLogin find(String tokenId, ScramHash hash) {
    DelegationToken token = valid(tokenId);
    return token == null
        ? null
        : new TokenLogin(
            token.credentials().of(token.password(), hash),
            Principal.parse(token.info().owner()),
            token.info().expiryTimestampMs());
  }

  @Override
  public @Nullable Executor executor(String tokenId, ScramHash hash) {
    TokenCredentialBacklog current = backlog;
    DelegationToken token = valid(tokenId);
    return current == null || token == null || token.credentials().has(hash)
        ? null
        : current.executor();
  }

  /** The token of an id if it is valid now, else null. */
  @Nullable DelegationToken valid(String tokenId) {
    DelegationToken token = byId.get(tokenId);
    return token == null || token.info().isExpired(clock.millis()) ? null : token;
  }

  List<DelegationToken> matching(Predicate<DelegationTokenInfo> wanted) {
    return byId.values().stream().filter(token -> wanted.test(token.info())).toList();
  }

  /**
   * Makes a token.
   *
   * @param maxLifetimeMs as asked for; 0 and less for the longest that is allowed
   */
  CompletableFuture<DelegationToken> create(
      Principal owner, Principal requester, List<Principal> renewers, long maxLifetimeMs) {
    long now = clock.millis();
    long lifetimeMs =
        maxLifetimeMs <= 0
            ? lifetimes.maxLifetimeMs()
            : Math.min(maxLifetimeMs, lifetimes.maxLifetimeMs());
    long maxTimestampMs = sum(now, lifetimeMs);
    DelegationTokenInfo info =
        new DelegationTokenInfo(
            newIds.get(),
            owner.toString(),
            requester.toString(),
            renewers.stream().map(Principal::toString).toList(),
            now,
            Math.min(maxTimestampMs, sum(now, lifetimes.expiryTimeMs())),
            maxTimestampMs);
    return repository
        .create(info)
        .thenApply(done -> {
          tokenIs(info);
          log.info("Made delegation token {} for {}", info.tokenId(), info.owner());
          return new DelegationToken(info, secret.hmac(info.tokenId()));
        });
  }

  /**
   * Moves a token's expiry.
   *
   * @param periodMs from now on; negative for {@link Lifetimes#expiryTimeMs}
   * @return when it expires; fails with an {@link ApiException}
   */
  CompletableFuture<Long> renew(Principal principal, byte[] hmac, long periodMs) {
    return change(
        principal,
        hmac,
        info -> expireIn(info, periodMs < 0 ? lifetimes.expiryTimeMs() : periodMs));
  }

  /**
   * Moves a token's expiry, or removes it at once.
   *
   * @param periodMs from now on; negative for at once, also for one that has expired
   * @return when it expires; fails with an {@link ApiException}
   */
  CompletableFuture<Long> expire(Principal principal, byte[] hmac, long periodMs) {
    if (periodMs >= 0) {
      return change(principal, hmac, info -> expireIn(info, periodMs));
    }
    try {
      DelegationTokenInfo info = find(principal, hmac);
      return remove(info).thenApply(done -> clock.millis());
    } catch (ApiException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private interface Change {
    CompletableFuture<Long> of(DelegationTokenInfo info);
  }

  private CompletableFuture<Long> change(Principal principal, byte[] hmac, Change change) {
    try {
      DelegationTokenInfo info = find(principal, hmac);
      if (info.isExpired(clock.millis())) {
        throw refusal(ErrorCode.DELEGATION_TOKEN_EXPIRED);
      }
      return change.of(info);
    } catch (ApiException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private DelegationTokenInfo find(Principal principal, byte[] hmac) {
    String tokenId = idsByPassword.get(Base64.getEncoder().encodeToString(hmac));
    DelegationToken token = tokenId == null ? null : byId.get(tokenId);
    if (token == null) {
      throw refusal(ErrorCode.DELEGATION_TOKEN_NOT_FOUND);
    }
    if (!token.info().mayBeChangedBy(principal.toString())) {
      throw refusal(ErrorCode.DELEGATION_TOKEN_OWNER_MISMATCH);
    }
    return token.info();
  }

  private static ApiException refusal(ErrorCode code) {
    return new ApiException(code, code.message());
  }

  private CompletableFuture<Long> expireIn(DelegationTokenInfo info, long periodMs) {
    DelegationTokenInfo after =
        info.expiringAt(Math.min(info.maxTimestampMs(), sum(clock.millis(), periodMs)));
    return repository
        .update(after)
        .thenApply(done -> {
          tokenIs(after);
          return after.expiryTimestampMs();
        })
        .exceptionallyCompose(failure ->
            CompletableFuture.failedFuture(
                Failures.code(failure) == KeeperException.Code.NONODE
                    ? refusal(ErrorCode.DELEGATION_TOKEN_NOT_FOUND)
                    : failure));
  }

  private CompletableFuture<Void> remove(DelegationTokenInfo info) {
    return repository
        .remove(info.tokenId())
        .thenAccept(done -> {
          tokenRemoved(info.tokenId());
          log.info("Removed delegation token {} of {}", info.tokenId(), info.owner());
        });
  }

  /** Removes those that have expired: the controller's duty, from time to time. */
  public void removeExpired() {
    long now = clock.millis();
    for (DelegationToken token : matching(info -> info.isExpired(now))) {
      var unused =
          remove(token.info())
              .exceptionally(failure -> {
                log.warn("{}, which has expired, could not be removed: {}", token, failure);
                return null;
              });
    }
  }

  @Override
  public void tokensAre(List<DelegationTokenInfo> tokens) {
    Set<String> gone = new HashSet<>(byId.keySet());
    for (DelegationTokenInfo info : tokens) {
      gone.remove(info.tokenId());
      tokenIs(info);
    }
    new ArrayList<>(gone).forEach(this::tokenRemoved);
  }

  @Override
  public void tokenIs(DelegationTokenInfo info) {
    DelegationToken known = byId.get(info.tokenId());
    DelegationToken token =
        known == null ? new DelegationToken(info, secret.hmac(info.tokenId())) : known.with(info);
    byId.put(info.tokenId(), token);
    idsByPassword.put(token.password(), info.tokenId());
    TokenCredentialBacklog current = backlog;
    if (known == null && current != null) {
      current.add(token);
    }
  }

  @Override
  public void tokenRemoved(String tokenId) {
    DelegationToken token = byId.remove(tokenId);
    if (token != null) {
      idsByPassword.remove(token.password());
    }
  }

  private static long sum(long timestampMs, long periodMs) {
    long sum = timestampMs + periodMs;
    return sum < timestampMs ? Long.MAX_VALUE : sum; // of two that are not negative
  }
}
