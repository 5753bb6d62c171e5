/**
 * What users do with a broker, as tests with real processes. Each test has a broker of its own.
 *
 * <p>With {@code -Dsystem.under.test=kafka-2.8.2} the same tests run against a stock broker, which
 * shows that they tell the truth.
 */
@NullMarked
package org.odradek.systemtests;

import org.jspecify.annotations.NullMarked;
