/** Rules against a trivial model, and every API without and with the rights it asks for. */
@NullMarked
package org.odradek.broker.authorization;

import org.jspecify.annotations.NullMarked;
