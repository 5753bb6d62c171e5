package org.odradek.controller.acl;

import java.util.Set;
import org.odradek.protocol.acl.AccessControlEntry;

/**
 * The rules of one pattern as they once were.
 *
 * @param entries none when there is no node
 * @param version rises from one state of a pattern to the next: of two the one with the greater is
 *     the newer; where they are the same, the one without rules
 */
public record AclState(Set<AccessControlEntry> entries, AclVersion version) {
  public AclState {
    entries = Set.copyOf(entries);
  }

  /** Whether nothing newer than this is what was known until now. */
  public boolean replaces(AclVersion known) {
    int order = version.compareTo(known);
    return order > 0 || (order == 0 && entries.isEmpty());
  }
}
