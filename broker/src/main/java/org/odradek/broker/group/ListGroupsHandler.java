package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.ListGroupsRequest;
import org.odradek.protocol.message.ListGroupsResponse;

/** The groups that this broker coordinates, by state (KIP-518) and type (KIP-848). */
public final class ListGroupsHandler implements ApiHandler<ListGroupsRequest, ListGroupsResponse> {
  private static final String CLASSIC = "classic";

  private final GroupCoordinator coordinator;

  public ListGroupsHandler(GroupCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.LIST_GROUPS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 5;
  }

  @Override
  public ListGroupsRequest read(MessageReader in, short version) {
    return ListGroupsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, ListGroupsRequest request, Responder<ListGroupsResponse> out) {
    Access access = context.access();
    boolean all =
        access.allowsQuietly(
            AclOperation.DESCRIBE, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
    Set<String> states = lowerCase(request.statesFilter());
    Set<String> types = lowerCase(request.typesFilter());
    coordinator.list(listing -> {
      List<ListGroupsResponse.ListedGroup> groups = new ArrayList<>(listing.groups().size());
      for (GroupListing.ListedGroup group : listing.groups()) {
        String state = group.state().wireName();
        boolean shown =
            all || access.allowsQuietly(AclOperation.DESCRIBE, ResourceType.GROUP, group.groupId());
        if (shown && passes(states, state) && passes(types, CLASSIC)) {
          groups.add(
              new ListGroupsResponse.ListedGroup()
                  .groupId(group.groupId())
                  .protocolType(group.protocolType())
                  .groupState(state)
                  .groupType(CLASSIC));
        }
      }
      out.complete(new ListGroupsResponse().errorCode(listing.error().code()).groups(groups));
    });
  }

  private static Set<String> lowerCase(List<String> names) {
    Set<String> lower = new HashSet<>();
    names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
    return lower;
  }

  /** No filter lets everything pass; upper and lower case are the same. */
  private static boolean passes(Set<String> filter, String name) {
    return filter.isEmpty() || filter.contains(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public ListGroupsResponse error(ListGroupsRequest request, short version, Throwable cause) {
    return new ListGroupsResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
