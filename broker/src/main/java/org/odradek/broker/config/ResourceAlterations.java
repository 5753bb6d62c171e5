package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.acl.AclOperation;

/**
 * What requests that change configurations have in common: each of their resources is changed, or
 * refused, for itself.
 *
 * @param <T> a resource in the request
 * @param <R> what is answered about it
 */
final class ResourceAlterations<T, R> {
  private final Function<T, ConfigResource> resource;
  private final Answer<T, R> answer;

  /** What is answered about a resource. */
  @FunctionalInterface
  interface Answer<T, R> {
    /** {@code cause}: why it is not changed; null where it is. */
    R about(T altered, @Nullable Throwable cause);
  }

  /** {@code resource}: which one is meant. */
  ResourceAlterations(Function<T, ConfigResource> resource, Answer<T, R> answer) {
    this.resource = resource;
    this.answer = answer;
  }

  /**
   * Changes those that the client may change and that are named once. Does not fail.
   *
   * @param change makes one change, which may fail
   */
  CompletableFuture<List<R>> make(
      List<T> altered,
      Access access,
      BiFunction<ConfigResource, T, CompletableFuture<Void>> change) {
    Map<ConfigResource, Integer> seen = new HashMap<>();
    altered.forEach(each -> seen.merge(resource.apply(each), 1, Integer::sum));
    List<CompletableFuture<R>> results = new ArrayList<>();
    for (T each : altered) {
      ConfigResource named = resource.apply(each);
      ApiException denial = named.denial(access, AclOperation.ALTER_CONFIGS);
      CompletableFuture<Void> result;
      if (denial != null) {
        result = CompletableFuture.failedFuture(denial);
      } else if (seen.getOrDefault(named, 0) > 1) {
        result = CompletableFuture.failedFuture(named.duplicate());
      } else {
        result = change.apply(named, each);
      }
      results.add(result.handle((done, failure) -> answer.about(each, failure)));
    }
    return CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
        .thenApply(done -> results.stream().map(CompletableFuture::join).toList());
  }

  /** What is answered when all of them fail for the same reason. */
  List<R> refusals(List<T> altered, Throwable cause) {
    return altered.stream().map(each -> answer.about(each, cause)).toList();
  }
}
