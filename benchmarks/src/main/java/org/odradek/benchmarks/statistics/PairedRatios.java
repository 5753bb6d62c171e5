package org.odradek.benchmarks.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ratios of one system's figure to another's, pair by pair: what disturbs the machine for a
 * while disturbs both sides of a pair.
 *
 * @param ratios median and range over the pairs, empty when there is no pair with both sides
 * @param missing pairs of which a side, or both, failed or has no such figure
 */
public record PairedRatios(Optional<Spread> ratios, int missing) {

  /**
   * Divides {@code ours} by {@code theirs} of the same pair.
   *
   * @param pairs the numbers of all pairs that were begun: one of which both sides failed is in
   *     neither map
   * @param ours figures by number of the pair
   * @param theirs likewise; a pair with 0 here has no ratio
   */
  public static PairedRatios of(
      Set<Integer> pairs, Map<Integer, Double> ours, Map<Integer, Double> theirs) {
    List<Double> ratios = new ArrayList<>();
    for (int pair : pairs) {
      Double mine = ours.get(pair);
      Double other = theirs.get(pair);
      if (mine != null && other != null && other != 0) {
        ratios.add(mine / other);
      }
    }
    return new PairedRatios(
        ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios)),
        pairs.size() - ratios.size());
  }
}
