/**
 * Kafka's znodes: where each lives ({@link org.odradek.controller.znode.ZnodePaths}) and what is in
 * it. What a codec writes is byte for byte what Kafka 2.8 writes, key order included; what it reads
 * may come from any version, in any key order, with keys we do not know.
 *
 * <p>Pure functions and immutable values: any thread may come in.
 */
@NullMarked
package org.odradek.controller.znode;

import org.jspecify.annotations.NullMarked;
