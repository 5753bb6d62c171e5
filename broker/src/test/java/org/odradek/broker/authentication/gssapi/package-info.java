@NullMarked
package org.odradek.broker.authentication.gssapi;

import org.jspecify.annotations.NullMarked;
