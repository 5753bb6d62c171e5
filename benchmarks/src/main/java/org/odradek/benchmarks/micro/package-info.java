/** JMH benchmarks of what is hot inside the broker. */
@NullMarked
package org.odradek.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
