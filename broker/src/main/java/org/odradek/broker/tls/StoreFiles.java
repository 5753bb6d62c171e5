package org.odradek.broker.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a listener's stores looked like at one moment. A file that is replaced by
 * another of the same size and time is noticed by its inode; so is a symbolic link that leads
 * elsewhere.
 */
record StoreFiles(Map<Path, Stamp> stamps) {

  /**
   * @param fileKey what tells one file from another, where the file system has such a thing
   */
  private record Stamp(FileTime modified, long sizeInBytes, @Nullable Object fileKey) {}

  StoreFiles {
    stamps = Map.copyOf(stamps);
  }

  static StoreFiles of(TlsSettings settings) {
    Map<Path, Stamp> stamps = new HashMap<>();
    add(stamps, settings.keyStore());
    add(stamps, settings.trustStore());
    return new StoreFiles(stamps);
  }

  private static void add(Map<Path, Stamp> stamps, @Nullable StoreSource source) {
    Path file = source == null ? null : source.file();
    if (file == null) {
      return;
    }
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      stamps.put(file, new Stamp(found.lastModifiedTime(), found.size(), found.fileKey()));
    } catch (IOException e) {
      // not there, perhaps about to be replaced: as good as any other difference
    }
  }
}
