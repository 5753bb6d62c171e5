package org.odradek.broker.partition;

import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * What leaders decide with.
 *
 * @param isrStore where changes of the ISR are agreed
 * @param lagClockMs the time that followers are held to, see {@link LagClock}
 * @param lagMaxMs {@code replica.lag.time.max.ms}: how long a follower may not be caught up before
 *     it goes out of the ISR
 * @param alive whether a broker is registered, as far as this one has heard
 * @param brokerEpoch of this broker's registration
 */
public record LeaderContext(
    IsrStore isrStore,
    LongSupplier lagClockMs,
    long lagMaxMs,
    IntPredicate alive,
    LongSupplier brokerEpoch,
    IsrChangeCounts counts) {}
