package org.odradek.controller.topic;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * More partitions for a topic.
 *
 * @param totalCount how many it shall have in all
 * @param assignments the brokers of each added partition in turn, or null to choose them
 */
public record NewPartitions(
    String topic, int totalCount, @Nullable List<List<Integer>> assignments) {}
