package org.odradek.controller;

import org.odradek.protocol.TopicPartition;

/** A partition's replica on a broker. */
record PartitionReplica(TopicPartition partition, int brokerId) {

  @Override
  public String toString() {
    return partition + " on broker " + brokerId;
  }
}
