package org.odradek.broker.group;

import java.util.List;
import org.odradek.protocol.ErrorCode;

/**
 * The groups of this broker.
 *
 * @param error COORDINATOR_LOAD_IN_PROGRESS when some may be missing
 */
public record GroupListing(ErrorCode error, List<ListedGroup> groups) {

  /** One group; the protocol type is empty for one that only keeps offsets. */
  public record ListedGroup(String groupId, String protocolType, GroupState state) {
    static ListedGroup of(Group group) {
      String protocolType = group.protocolType();
      return new ListedGroup(group.id(), protocolType == null ? "" : protocolType, group.state());
    }
  }
}
