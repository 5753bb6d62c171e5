/** Tests of producing, with logs in a temporary directory and a manual clock. */
@NullMarked
package org.odradek.broker.produce;

import org.jspecify.annotations.NullMarked;
