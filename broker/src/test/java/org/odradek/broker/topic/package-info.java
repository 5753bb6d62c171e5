/** Tests of the APIs that make, extend and delete topics. */
@NullMarked
package org.odradek.broker.topic;

import org.jspecify.annotations.NullMarked;
