/**
 * Files as the log needs them: opened when used and closed when not, reserved before they are
 * mapped, replaced as a whole. {@link org.odradek.storage.file.MappedWindow} is the only class that
 * maps files.
 *
 * <p>Threads: any, as each class says. All of it may wait for the disk, but for copies into a
 * mapped window.
 */
@NullMarked
package org.odradek.storage.file;

import org.jspecify.annotations.NullMarked;
