package org.odradek.controller.acl;

import java.util.Map;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;

/**
 * Takes the rules, at the start and whenever they have changed; mostly on ZooKeeper's event thread.
 * What comes may be older than what has come before.
 */
public interface AclChangeHandler {

  /**
   * All rules of patterns of this type; others that were there before are gone.
   *
   * @param version of the state of those that are not there, as {@link AclState#version}
   */
  void loaded(PatternType type, Map<ResourcePattern, AclState> rules, AclVersion version);

  /** The rules of one pattern now; none when they were removed. The same may come twice. */
  void changed(ResourcePattern pattern, AclState state);
}
