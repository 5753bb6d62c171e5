#!/usr/bin/env bash
# How a producer that is there is served, and how long new clients take to come in, over TLS, while thousands of handshakes are held open, and
# while whole ones are done as fast as can be as well: for Odradek and for stock Kafka, in turn, each on fresh directories.
#
#   benchmarks/handshakes-against-kafka.sh [PAIRS]      default 1
#
# Environment: HELD (2000 handshakes held open), THREADS (4 that do whole ones), SECONDS_EACH (30), KAFKA (3.9.2),
# SYSTEMS ("odradek kafka"), BROKER_CPU and CLIENT_CPU (processors to pin to).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
kafka=${KAFKA:-3.9.2}
KAFKA_VERSION=$kafka "$root/bin/internal/stock-tool.sh" -resolve
make_certificates
for ((pair = 1; pair <= ${1:-1}; pair++)); do
  for system in ${SYSTEMS:-odradek kafka}; do
    dir=$work/$system-$pair
    mkdir -p "$dir"
    "start_$system" "$kafka"
    (pin "${CLIENT_CPU:-}" "$java_home/bin/java" -Xmx512m -XX:+UseSerialGC -cp "$stock/$kafka/libs/*" \
      -Dlog4j.configuration="file:$root/benchmarks/internal/clients-log4j.properties" "$root/benchmarks/clients/HandshakeStorm.java" \
      "$port" "$client_config" "${HELD:-2000}" "${THREADS:-4}" "${SECONDS_EACH:-30}") | sed "s/^/$system: /"
    echo "$system: resident memory of the broker, highest: $(sed -n 's/^VmHWM: *//p' "/proc/$broker/status")"
    stop "$broker"
    [ -z "$zookeeper" ] || stop "$zookeeper"
    rm -rf "$dir"
  done
done
