package org.odradek.broker.network;

import io.netty.channel.DefaultFileRegion;
import org.odradek.storage.FileRecords;

/** Records that go from the page cache to the socket; releases them instead of closing the file. */
final class FileRecordsRegion extends DefaultFileRegion {
  private final FileRecords records;

  /** Takes over the reference. */
  FileRecordsRegion(FileRecords records) {
    super(records.channel(), records.position(), records.sizeInBytes());
    this.records = records;
  }

  /** What is to be sent; the reference stays with this region. */
  FileRecords records() {
    return records;
  }

  @Override
  protected void deallocate() {
    records.release();
  }
}
