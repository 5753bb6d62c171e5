package org.odradek.broker.authentication;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;

/** What one AlterUserScramCredentials request wants for one user: all of it is done, or nothing. */
final class ScramAlteration {
  private final Map<ScramHash, Optional<ScramCredential>> changes = new LinkedHashMap<>();
  private ErrorCode error = ErrorCode.NONE;
  private String problem = "";

  /** Notes what is wrong with it; the first one counts. */
  void fail(ErrorCode code, String why) {
    if (error == ErrorCode.NONE) {
      error = code;
      problem = why;
    }
  }

  /** Empty to remove the credential. */
  void put(ScramHash hash, Optional<ScramCredential> credential) {
    if (changes.putIfAbsent(hash, credential) != null) {
      fail(
          ErrorCode.DUPLICATE_RESOURCE,
          "The " + hash.mechanism() + " credential is changed twice in one request");
    }
  }

  ErrorCode error() {
    return error;
  }

  String problem() {
    return problem;
  }

  /**
   * The settings of the user with the changes in them.
   *
   * @throws ApiException if a credential is to be removed that is not there
   */
  Map<String, String> applied(Map<String, String> settings) {
    Map<String, String> changed = new LinkedHashMap<>(settings);
    Set<String> missing = new LinkedHashSet<>();
    changes.forEach((hash, credential) -> {
      if (credential.isPresent()) {
        changed.put(hash.mechanism(), credential.get().text());
      } else if (changed.remove(hash.mechanism()) == null) {
        missing.add(hash.mechanism());
      }
    });
    if (!missing.isEmpty()) {
      throw new ApiException(
          ErrorCode.RESOURCE_NOT_FOUND, "The user has no credential for " + missing);
    }
    return changed;
  }
}
