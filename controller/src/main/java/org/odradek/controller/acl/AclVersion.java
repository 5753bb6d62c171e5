package org.odradek.controller.acl;

import java.util.Comparator;

/**
 * How new a state of rules is. Within a session with ZooKeeper its transaction ids tell. From one
 * session to the next they may run backwards, where ZooKeeper was given back what it once was: what
 * is read in a later session is the newer, since all that was known before had been done by then.
 *
 * @param session rises from one session of this process to the next
 * @param zxid ZooKeeper's id of the transaction that made the state
 */
public record AclVersion(int session, long zxid) implements Comparable<AclVersion> {
  private static final Comparator<AclVersion> ORDER =
      Comparator.comparingInt(AclVersion::session).thenComparingLong(AclVersion::zxid);

  /** Before all that are read. */
  public static final AclVersion NONE = new AclVersion(-1, -1);

  @Override
  public int compareTo(AclVersion other) {
    return ORDER.compare(this, other);
  }
}
