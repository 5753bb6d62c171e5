package org.odradek.controller;

import org.odradek.controller.znode.BrokerInfo;

/**
 * A registered broker.
 *
 * @param epoch czxid of its node: another one means that it was away in between
 */
record LiveBroker(BrokerInfo info, long epoch) {

  int id() {
    return info.id();
  }
}
