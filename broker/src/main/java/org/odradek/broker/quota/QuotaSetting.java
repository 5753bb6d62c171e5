package org.odradek.broker.quota;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;

/**
 * A setting that is a quota.
 *
 * @param max the largest value of a setting that is a whole number; infinite for any number
 */
record QuotaSetting(String name, double max) {
  /** How far from a whole number a value may be, as it comes as a floating point number. */
  private static final double EPSILON = 1e-6;

  static final String CONNECTION_CREATION_RATE = "connection_creation_rate";

  private static final Map<String, QuotaSetting> OF_CLIENTS =
      byName(
          new QuotaSetting(QuotaKind.PRODUCE.settingName(), Long.MAX_VALUE),
          new QuotaSetting(QuotaKind.FETCH.settingName(), Long.MAX_VALUE),
          new QuotaSetting(QuotaKind.REQUEST.settingName(), Double.POSITIVE_INFINITY),
          new QuotaSetting(QuotaKind.CONTROLLER_MUTATION.settingName(), Double.POSITIVE_INFINITY));

  private static final Map<String, QuotaSetting> OF_ADDRESSES =
      byName(new QuotaSetting(CONNECTION_CREATION_RATE, Integer.MAX_VALUE));

  private static Map<String, QuotaSetting> byName(QuotaSetting... settings) {
    return List.of(settings).stream()
        .collect(Collectors.toUnmodifiableMap(QuotaSetting::name, Function.identity()));
  }

  /** The quotas that an entity can have. */
  static Map<String, QuotaSetting> of(NamedEntity entity) {
    return entity.isAddress() ? OF_ADDRESSES : OF_CLIENTS;
  }

  /**
   * How a value is written in ZooKeeper.
   *
   * @throws ApiException INVALID_REQUEST for a value that it cannot have
   */
  String text(double value) {
    if (!(value >= 0)) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, name + "=" + value + " is less than 0 or not a number");
    }
    if (max == Double.POSITIVE_INFINITY) {
      return String.valueOf(value);
    }
    long whole = (long) (value + EPSILON);
    if (Math.abs(whole - value) > EPSILON || value > max) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          name + "=" + value + " is not a whole number from 0 to " + (long) max);
    }
    return String.valueOf(whole);
  }

  /** The value that a text in ZooKeeper stands for; null if it is none. */
  static @Nullable Double value(String text) {
    try {
      double value = Double.parseDouble(text.trim());
      return value >= 0 ? value : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
