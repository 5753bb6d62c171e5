package org.odradek.broker.group;

/**
 * One assignment strategy that a member offers, with its metadata (for consumers, the
 * subscription). The bytes are never changed once they are here.
 */
public record MemberProtocol(String name, byte[] metadata) {}
