package org.odradek.broker.authentication.oauthbearer;

/**
 * What a token that was found to be valid says.
 *
 * @param expiresAtMs in ms since 1970
 */
public record BearerToken(String principalName, long expiresAtMs) {}
