package org.odradek.storage.producer;

/** A batch that had been appended before: where, and with which largest timestamp. */
public record DuplicateBatch(long firstOffset, long lastOffset, long timestampMs) {}
