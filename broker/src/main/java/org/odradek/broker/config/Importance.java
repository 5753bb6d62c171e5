package org.odradek.broker.config;

/** How much a key matters to most people who run a broker. */
public enum Importance {
  HIGH,
  MEDIUM,
  LOW
}
