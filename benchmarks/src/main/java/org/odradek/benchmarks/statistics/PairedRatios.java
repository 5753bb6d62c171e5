package org.odradek.benchmarks.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The ratios of one system's figure to another's, pair by pair: what disturbs the machine for a
 * while disturbs both sides of a pair.
 *
 * @param ratios median and range over the pairs, empty when there is no pair with both sides
 * @param missing pairs of which one side failed or has no such figure
 */
public record PairedRatios(Optional<Spread> ratios, int missing) {

  /**
   * Divides {@code ours} by {@code theirs} of the same pair.
   *
   * @param ours figures by number of the pair
   * @param theirs likewise; a pair with 0 here has no ratio
   */
  public static PairedRatios of(Map<Integer, Double> ours, Map<Integer, Double> theirs) {
    var all = new TreeMap<Integer, Double>(ours);
    theirs.forEach(all::putIfAbsent);
    List<Double> ratios = new ArrayList<>();
    for (int pair : all.keySet()) {
      Double mine = ours.get(pair);
      Double other = theirs.get(pair);
      if (mine != null && other != null && other != 0) {
        ratios.add(mine / other);
      }
    }
    return new PairedRatios(
        ratios.isEmpty() ? Optional.empty() : Optional.of(Spread.of(ratios)),
        all.size() - ratios.size());
  }
}
