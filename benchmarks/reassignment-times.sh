#!/usr/bin/env bash
# How long it takes to move a topic of some size to another broker at several throttles, with the estimates that the broker gives in its
# log on the way. The data are on disk three times at most while they move; everything is removed at the end.
#
#   benchmarks/reassignment-times.sh
#
# Environment: SIZES_GB ("1 5"), THROTTLES_MB ("50 200 none": MB (10^6 bytes) a second, or none), PARTITIONS (8), SYSTEM (odradek; or kafka),
# KAFKA (3.9.2), HEAP (-Xms1g -Xmx1g).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
. "$root/benchmarks/internal/clusters.sh"
kafka=${KAFKA:-3.9.2} system=${SYSTEM:-odradek} partitions=${PARTITIONS:-8}
KAFKA_VERSION=$kafka "$root/bin/internal/stock-tool.sh" -resolve
# Folders of moved replicas go soon, for the sake of the disk.
BROKER_CONFIG="file.delete.delay.ms=1000 log.segment.bytes=268435456 ${BROKER_CONFIG:-}"
free_gb() { df --output=avail -BG "$work" | tail -n 1 | tr -dc 0-9; }
for size in ${SIZES_GB:-1 5}; do
  [ "$(free_gb)" -gt $((3 * size + 5)) ] || { echo "$size GB: only $(free_gb) GB of disk are free, left out"; continue; }
  dir=$work/$system-$size
  start_cluster "$system" 2
  client MoveTopic fill "$bootstrap" "$partitions" "$size"
  from=0
  for throttle in ${THROTTLES_MB:-50 200 none}; do
    to=$((1 - from))
    # The estimates of both: whichever is the controller writes them.
    for id in 0 1; do wc -l < "$dir/broker-$id.out" > "$dir/lines-$id"; done
    client MoveTopic move "$bootstrap" "$partitions" "$to" "$throttle" | sed "s/^/$system, $size GB, throttle $throttle MB\/s: /"
    for id in 0 1; do
      tail -n +"$(($(cat "$dir/lines-$id") + 1))" "$dir/broker-$id.out" | grep -iE 'reassign.*(left|remain)' | head -n "${ESTIMATES:-5}" | sed 's/^/    /' || true
    done
    from=$to
  done
  kill_cluster
  rm -rf "$dir"
done
