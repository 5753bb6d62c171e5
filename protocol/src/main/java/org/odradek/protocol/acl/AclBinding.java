package org.odradek.protocol.acl;

/** One rule, with the resources that it is about. */
public record AclBinding(ResourcePattern pattern, AccessControlEntry entry) {}
