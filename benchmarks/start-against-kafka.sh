#!/usr/bin/env bash
# From the start of the process to the line that says ready, and the memory that an idle broker holds, for Odradek (its ZooKeeper
# inside) and stock Kafka (the broker process alone; its ZooKeeper already runs and is not counted), in turn.
#
#   benchmarks/start-against-kafka.sh [PAIRS]      default 5
#
# Environment: KAFKA (2.8.2), IDLE_SECONDS (5) before memory is read.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
pairs=${1:-5} kafka=${KAFKA:-2.8.2} idle=${IDLE_SECONDS:-5}
KAFKA_VERSION=$kafka "$root/bin/internal/stock-tool.sh" -resolve

run() { # system, round
  dir=$work/$1-$2
  mkdir -p "$dir"
  "start_$1" "$kafka"
  sleep "$idle"
  local seconds memory
  seconds=$(awk -v a="$started_at" -v b="$ready_at" 'BEGIN { printf "%.2f", b - a }')
  memory=$(awk '/VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$broker/status")
  echo "$1: ready after $seconds s, $(cpu_seconds "$broker") CPU s up to $idle s after, resident $memory MiB"
  echo "$seconds" >> "$work/$1.seconds"
  echo "$memory" >> "$work/$1.memory"
  stop "$broker"
  [ -z "$zookeeper" ] || stop "$zookeeper"
  rm -rf "$dir"
}

for ((pair = 1; pair <= pairs; pair++)); do
  if ((pair % 2)); then order="odradek kafka"; else order="kafka odradek"; fi
  for system in $order; do run "$system" "$pair"; done
done
for system in odradek kafka; do
  echo "$system, median of $pairs: ready after $(median "$work/$system.seconds") s, idle resident $(median "$work/$system.memory") MiB"
done
