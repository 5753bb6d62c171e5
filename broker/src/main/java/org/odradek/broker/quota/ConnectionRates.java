package org.odradek.broker.quota;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.config.ConfigChangeHandler;
import org.odradek.controller.znode.ConfigEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections a second are let in (KIP-612): on each listener, in all, and from each
 * address. Where a limit of the listener or of the broker is passed, accepting pauses; who passes
 * the limit of his address is refused, late.
 *
 * <p>Thread-safety: any thread; nothing waits.
 */
public final class ConnectionRates implements ConfigChangeHandler {
  /** What the limits of addresses are called. */
  public static final String SETTING_OF_ADDRESSES = QuotaSetting.CONNECTION_CREATION_RATE;

  private static final Logger log = LoggerFactory.getLogger(ConnectionRates.class);
  private static final String BROKER = "";
  private static final int UNLIMITED = Integer.MAX_VALUE;

  private final QuotaWindow window;
  private final LongSupplier clockMs;
  private final Map<String, ClientUsage> usedOnListeners = new ConcurrentHashMap<>();
  private final Map<String, Integer> limitsOfListeners = new ConcurrentHashMap<>();
  private final MeasuredClients<InetAddress, ClientUsage> usedByAddresses;
  private final Map<InetAddress, Double> limitsOfAddresses = new ConcurrentHashMap<>();
  private volatile String protectedListener = BROKER;
  private volatile double limitOfOtherAddresses = Double.POSITIVE_INFINITY;

  public ConnectionRates(QuotaWindow window, LongSupplier clockMs) {
    this.window = window;
    this.clockMs = clockMs;
    this.usedByAddresses =
        new MeasuredClients<>(
            InetAddress.ofLiteral("0.0.0.0"), // nobody comes from there
            window.samples() * window.sampleMs(),
            nowMs -> new ClientUsage(window.samples(), window.sampleMs(), nowMs));
  }

  /** Limits nobody. */
  public static ConnectionRates none() {
    return new ConnectionRates(QuotaWindow.DEFAULT, () -> 0);
  }

  /** Hears of addresses that are measured, and that are not any more; on any thread. */
  public interface Listener {
    /** {@code perSecond} gives the connections a second that were let in lately. */
    void added(InetAddress address, DoubleSupplier perSecond);

    void removed(InetAddress address);
  }

  /** Has a listener told of all addresses that are measured, as they have a limit. */
  public void follow(Listener listener) {
    usedByAddresses.follow(
        (address, usage) -> listener.added(address, () -> usage.perSecond(clockMs.getAsLong())),
        (address, usage) -> listener.removed(address));
  }

  /** {@code max.connection.creation.rate}. */
  public void limit(int perSecond) {
    limitsOfListeners.put(BROKER, perSecond);
  }

  /** The limit of the broker is not for this listener, so that other brokers come in. */
  public void protect(String listenerName) {
    protectedListener = listenerName;
  }

  /** The same of one listener. */
  public void limit(String listenerName, int perSecond) {
    limitsOfListeners.put(listenerName, perSecond);
  }

  /**
   * Counts a connection of an address, unless that has too many a second.
   *
   * @return after how many milliseconds the connection is to be closed; 0 if it is let in
   */
  public int refusedForMs(InetAddress address) {
    double limit = limitsOfAddresses.getOrDefault(address, limitOfOtherAddresses);
    if (limit == Double.POSITIVE_INFINITY) {
      return 0;
    }
    long nowMs = clockMs.getAsLong();
    ClientUsage usage = usedByAddresses.of(address, nowMs);
    long throttleMs = usage.record(1, limit, nowMs);
    if (throttleMs > 0) {
      usage.unrecord(1, nowMs);
    }
    return bounded(throttleMs);
  }

  /**
   * Counts a connection on a listener.
   *
   * @return for how many milliseconds the listener is to accept no other
   */
  public int accepted(String listenerName) {
    long nowMs = clockMs.getAsLong();
    long ofListener = throttleMs(listenerName, nowMs);
    return bounded(
        listenerName.equals(protectedListener)
            ? ofListener
            : Math.max(ofListener, throttleMs(BROKER, nowMs)));
  }

  private long throttleMs(String name, long nowMs) {
    int limit = limitsOfListeners.getOrDefault(name, UNLIMITED);
    if (limit == UNLIMITED) {
      return 0;
    }
    return usedOnListeners
        .computeIfAbsent(name, added -> new ClientUsage(window.samples(), window.sampleMs(), nowMs))
        .record(1, limit, nowMs);
  }

  /** As in Kafka, nobody waits for longer than a sample at a time. */
  private int bounded(long throttleMs) {
    return (int) Math.min(throttleMs, window.sampleMs());
  }

  @Override
  public void configChanged(ConfigEntity entity, Map<String, String> settings) {
    String address = NamedEntity.address(entity);
    if (address == null) {
      return;
    }
    Double limit = ClientQuotas.limit(entity, SETTING_OF_ADDRESSES, settings);
    if (address.equals(ConfigEntity.DEFAULT_NAME)) {
      limitOfOtherAddresses = limit == null ? Double.POSITIVE_INFINITY : limit;
    } else {
      limit(address, limit);
    }
  }

  /** Host names are not resolved: that can take long, and change. */
  private void limit(String name, @Nullable Double limit) {
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(name);
    } catch (IllegalArgumentException e) {
      log.error(
          "Passed over {}={} of {}, which is no address: set it for the address of the host"
              + " instead (kafka-configs)",
          SETTING_OF_ADDRESSES,
          limit,
          name);
      return;
    }
    if (limit == null) {
      limitsOfAddresses.remove(address);
    } else {
      limitsOfAddresses.put(address, limit);
    }
  }
}
