#!/usr/bin/env bash
# How long after kill -9 of one of three brokers every partition accepts acks=all again, for Odradek and for stock Kafka, in turn, on
# fresh directories, with the same session timeout. Detection (until ZooKeeper ends the session) is reported apart from the rest.
#
#   benchmarks/recovery-against-kafka.sh [ROUNDS]      default 3
#
# Environment: PARTITIONS ("1000 5000"), VICTIMS ("leader controller"), SESSION_MS (6000), SYSTEMS ("odradek kafka"), KAFKA (3.9.2),
# HEAP (-Xms1g -Xmx1g).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
. "$root/benchmarks/internal/clusters.sh"
rounds=${1:-3} kafka=${KAFKA:-3.9.2}
KAFKA_VERSION=$kafka "$root/bin/internal/stock-tool.sh" -resolve

for partitions in ${PARTITIONS:-1000 5000}; do
  for victim in ${VICTIMS:-leader controller}; do
    for ((round = 1; round <= rounds; round++)); do
      for system in ${SYSTEMS:-odradek kafka}; do
        dir=$work/$system
        start_cluster "$system" 3
        line=$(client RecoveryTime "$bootstrap" "$zookeeper_address" "$partitions" "$victim" "${broker_pids[@]}" | tail -n 1)
        echo "$system, $partitions partitions, $victim killed: $line"
        sed -E 's/.*the rest ([0-9]+) ms.*/\1/' <<< "$line" >> "$work/rest-$partitions-$victim-$system"
        kill_cluster
        rm -rf "$dir"
      done
    done
  done
done
for partitions in ${PARTITIONS:-1000 5000}; do
  for victim in ${VICTIMS:-leader controller}; do
    for system in ${SYSTEMS:-odradek kafka}; do
      file=$work/rest-$partitions-$victim-$system
      echo "$system, $partitions partitions, $victim killed: median of $rounds after detection $(median "$file") ms ($(sort -n "$file" | paste -sd ' '))"
    done
  done
done
