/**
 * Files as the log needs them: opened when used and closed when not, their blocks reserved before
 * they are written, replaced as a whole.
 *
 * <p>Threads: any, as each class says. All of it may wait for the disk.
 */
@NullMarked
package org.odradek.storage.file;

import org.jspecify.annotations.NullMarked;
