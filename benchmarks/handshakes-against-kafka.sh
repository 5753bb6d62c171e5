#!/usr/bin/env bash
# How a producer that is there is served, and how long new clients take to come in, over TLS, while thousands of handshakes are held open, and
# while whole ones are done as fast as can be as well: for Odradek and for stock Kafka, in turn, each on fresh directories.
#
#   benchmarks/handshakes-against-kafka.sh [PAIRS]      default 2; the order within the pairs alternates
#
# Prints what each run measured with the load of the machine, and at the end the medians of all pairs, in milliseconds where nothing else is said.
# Environment: HELD (2000 handshakes held open), THREADS (4 that do whole ones), SECONDS_EACH (30), CROWD_FROM (127.0.0.1, where the honest
# clients come from as well; 127.0.0.2 for another machine than theirs), KAFKA (3.9.2),
# SYSTEMS ("odradek kafka"), BROKER_CPU and CLIENT_CPU (processors to pin to).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
pairs=${1:-2} kafka=${KAFKA:-3.9.2} systems=${SYSTEMS:-odradek kafka}
KAFKA_VERSION=$kafka "$root/bin/internal/stock-tool.sh" -resolve
make_certificates

run() { # system, pair
  dir=$work/$1-$2
  mkdir -p "$dir"
  "start_$1" "$kafka"
  (pin "${CLIENT_CPU:-}" "$java_home/bin/java" -Xmx512m -XX:+UseSerialGC -cp "$stock/$kafka/libs/*" \
    -Dlog4j.configuration="file:$root/benchmarks/internal/clients-log4j.properties" "$root/benchmarks/clients/HandshakeStorm.java" \
    "$port" "$client_config" "${HELD:-2000}" "${THREADS:-4}" "${SECONDS_EACH:-30}" "$work/figures-$1" "${CROWD_FROM:-127.0.0.1}") | sed "s/^/$1: /"
  echo "$1: resident memory of the broker, highest: $(sed -n 's/^VmHWM: *//p' "/proc/$broker/status"); load of the machine: $(cut -d ' ' -f 1-2 /proc/loadavg)"
  stop "$broker"
  [ -z "$zookeeper" ] || stop "$zookeeper"
  rm -rf "$dir"
}

for ((pair = 1; pair <= pairs; pair++)); do
  order=$systems
  if ((pair % 2 == 0)); then order=$(printf '%s\n' $systems | tac | paste -sd ' '); fi
  for system in $order; do run "$system" "$pair"; done
done

echo
echo "Medians of $pairs pairs:"
for system in $systems; do
  while IFS=$'\t' read -r part figure; do
    awk -F '\t' -v p="$part" -v f="$figure" '$1 == p && $2 == f { print $3 }' "$work/figures-$system" > "$work/one"
    printf '%s\t%s\t%s\t%s\n' "$part" "$figure" "$system" "$(median "$work/one")"
  done < <(cut -f 1,2 "$work/figures-$system" | awk '!seen[$0]++')
done | awk -F '\t' -v systems="$systems" '
  !(($1, $2) in seen) { seen[$1, $2]; order[++n] = $1 "\t" $2 }
  { value[$1 "\t" $2, $3] = $4 }
  END {
    count = split(systems, column, " ")
    printf "%-52s", ""
    for (i = 1; i <= count; i++) printf "%12s", column[i]
    printf "\n"
    for (j = 1; j <= n; j++) {
      split(order[j], name, "\t")
      printf "%-52s", name[1] ": " name[2]
      for (i = 1; i <= count; i++) printf "%12s", (order[j], column[i]) in value ? value[order[j], column[i]] : "none"
      printf "\n"
    }
  }'
