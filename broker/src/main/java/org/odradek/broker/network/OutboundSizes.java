package org.odradek.broker.network;

import io.netty.channel.DefaultMessageSizeEstimator;
import io.netty.channel.FileRegion;
import io.netty.channel.MessageSizeEstimator;

/**
 * Counts file regions by their bytes, as if they were in memory: a client that does not read its
 * responses is to be noticed by what it asked for, wherever that is.
 */
final class OutboundSizes implements MessageSizeEstimator {
  static final OutboundSizes ESTIMATOR = new OutboundSizes();

  private final Handle others = DefaultMessageSizeEstimator.DEFAULT.newHandle();
  private final Handle handle =
      message ->
          message instanceof FileRegion region
              ? (int) Math.min(Integer.MAX_VALUE, region.count())
              : others.size(message);

  @Override
  public Handle newHandle() {
    return handle;
  }
}
