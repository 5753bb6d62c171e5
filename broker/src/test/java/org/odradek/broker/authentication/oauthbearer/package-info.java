@NullMarked
package org.odradek.broker.authentication.oauthbearer;

import org.jspecify.annotations.NullMarked;
