/** Tests of logins, without a network. */
@NullMarked
package org.odradek.broker.authentication;

import org.jspecify.annotations.NullMarked;
