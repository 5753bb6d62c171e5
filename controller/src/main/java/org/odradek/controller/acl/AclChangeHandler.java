package org.odradek.controller.acl;

import java.util.Map;
import java.util.Set;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;

/** Takes the rules, at the start and whenever they have changed; on ZooKeeper's event thread. */
public interface AclChangeHandler {

  /** All rules of patterns of this type; others that were there before are gone. */
  void loaded(PatternType type, Map<ResourcePattern, Set<AccessControlEntry>> rules);

  /** The rules of one pattern now; none when they were removed. The same may come twice. */
  void changed(ResourcePattern pattern, Set<AccessControlEntry> entries);
}
