package org.odradek.controller;

/**
 * What the controller of one broker needs to know.
 *
 * @param brokerId our own
 * @param versions of the requests to brokers
 * @param interBrokerListener by which listener brokers talk to each other; its endpoints are in
 *     LeaderAndIsr requests
 * @param deleteTopicEnable {@code delete.topic.enable}; when false, deletion marks are removed
 * @param usesTopicIds whether topics without an id get one ({@code inter.broker.protocol.version}
 *     2.8 and later)
 * @param requestRetryMs the pause before a request that failed is sent to a broker again
 * @param elections what may change while the broker runs
 */
public record ControllerConfig(
    int brokerId,
    ControlRequestVersions versions,
    String interBrokerListener,
    boolean deleteTopicEnable,
    boolean usesTopicIds,
    long requestRetryMs,
    ElectionSettings elections) {

  /** With settings of elections that never change. */
  public ControllerConfig(
      int brokerId,
      ControlRequestVersions versions,
      String interBrokerListener,
      boolean deleteTopicEnable,
      boolean usesTopicIds,
      long requestRetryMs) {
    this(
        brokerId,
        versions,
        interBrokerListener,
        deleteTopicEnable,
        usesTopicIds,
        requestRetryMs,
        ElectionSettings.FIXED);
  }

  /** The defaults for a broker: newest versions, deletion allowed, topic ids. */
  public static ControllerConfig of(int brokerId, String interBrokerListener) {
    return new ControllerConfig(
        brokerId, ControlRequestVersions.NEWEST, interBrokerListener, true, true, 100);
  }
}
