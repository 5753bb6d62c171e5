#!/usr/bin/env bash
# Counts the changes of in-sync replicas while one of three brokers is stopped (SIGSTOP) for some seconds again and again under load,
# for Odradek and for stock Kafka, in turn. A pause is shorter than the session timeout: no leader moves, only ISRs can.
#
#   benchmarks/isr-changes-against-kafka.sh [PAUSES]      default 4
#
# Environment: PAUSE_MS (5000), PERIOD_MS (30000), LAG_MAX_MS (10000: replica.lag.time.max.ms of both), PARTITIONS (12),
# RATE (5000 records a second), SESSION_MS (18000), SYSTEMS ("odradek kafka"), KAFKA (3.9.2), HEAP (-Xms1g -Xmx1g).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
. "$root/benchmarks/internal/clusters.sh"
pauses=${1:-4} kafka=${KAFKA:-3.9.2}
SESSION_MS=${SESSION_MS:-18000} BROKER_CONFIG="replica.lag.time.max.ms=${LAG_MAX_MS:-10000} ${BROKER_CONFIG:-}"
KAFKA_VERSION=$kafka "$root/bin/internal/stock-tool.sh" -resolve
echo "replica.lag.time.max.ms=${LAG_MAX_MS:-10000}, $pauses pauses of ${PAUSE_MS:-5000} ms, one every ${PERIOD_MS:-30000} ms," \
  "session timeout $SESSION_MS ms, ${PARTITIONS:-12} partitions, ${RATE:-5000} records a second"
for system in ${SYSTEMS:-odradek kafka}; do
  dir=$work/$system
  start_cluster "$system" 3
  echo "$system: $(client IsrChanges "$bootstrap" "$zookeeper_address" "${PARTITIONS:-12}" "${RATE:-5000}" "$pauses" \
    "${PAUSE_MS:-5000}" "${PERIOD_MS:-30000}" "${broker_pids[@]}" | tail -n 1)"
  kill_cluster
  rm -rf "$dir"
done
