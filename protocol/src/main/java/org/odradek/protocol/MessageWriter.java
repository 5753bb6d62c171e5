package org.odradek.protocol;

/** Where a message is written to; the typed methods follow with the schemas. */
public interface MessageWriter {}
