package org.odradek.broker.replication;

/** Makes the ways to leaders: over the network, or within one process in tests. */
public interface LeaderEndpoints {

  /**
   * Does not wait for a connection; that is made when the first request needs it.
   *
   * @param leader broker id; where it listens may become known later, or change
   * @param fetcher number of the fetcher, from 0: each has a connection of its own
   */
  LeaderEndpoint connect(int leader, int fetcher);
}
