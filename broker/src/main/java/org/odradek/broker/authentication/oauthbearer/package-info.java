/**
 * OAUTHBEARER (RFC 7628, KIP-255, KIP-768): what clients send, the tokens in it, the keys that
 * those are signed with, and this broker's own tokens for other brokers.
 *
 * <p>Logins run on event loops and never wait: keys and own tokens are fetched in the background,
 * and logins look at the last ones.
 */
@NullMarked
package org.odradek.broker.authentication.oauthbearer;

import org.jspecify.annotations.NullMarked;
