#!/usr/bin/env bash
# kafka-producer-perf-test.sh against Odradek and against stock Kafka with ZooKeeper, in turn, each on fresh directories and alone
# on the machine. Prints records per second and the broker process's own CPU seconds per million records, and the ratios of
# each pair.
#
#   benchmarks/produce-against-kafka.sh [PAIRS]      default 3; the order within the pairs alternates
#
# Environment: RECORDS (3000000), RECORD_SIZE (100), PARTITIONS (6), ACKS (1), KAFKA (3.9.2), CLIENT (3.9.2),
# BATCH and LINGER (the client's defaults), WARMUP (500000 records, not counted), BROKER_CPU and CLIENT_CPU (processors to pin to).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
pairs=${1:-3}
records=${RECORDS:-3000000} size=${RECORD_SIZE:-100} partitions=${PARTITIONS:-6} acks=${ACKS:-1}
kafka=${KAFKA:-3.9.2} client=${CLIENT:-3.9.2} warmup=${WARMUP:-500000}
for version in "$kafka" "$client"; do KAFKA_VERSION=$version "$root/bin/internal/stock-tool.sh" -resolve; done

perf() { # records
  local extra=()
  [ -z "${BATCH:-}" ] || extra+=("batch.size=$BATCH")
  [ -z "${LINGER:-}" ] || extra+=("linger.ms=$LINGER")
  (pin "${CLIENT_CPU:-}" "$java_home/bin/java" -Xms512m -Xmx512m -XX:+UseSerialGC \
    -Dlog4j.configuration="file:$root/bin/internal/tools-log4j.properties" -Dlog4j2.configurationFile="$root/bin/internal/tools-log4j2.properties" \
    -cp "$stock/$client/libs/*" org.apache.kafka.tools.ProducerPerformance --topic perf --num-records "$1" --record-size "$size" \
    --throughput -1 --producer-props bootstrap.servers=127.0.0.1:"$port" acks="$acks" ${extra[@]+"${extra[@]}"})
}

run() { # system: sets rate and cpu
  dir=$work/$1-$2
  mkdir -p "$dir"
  "start_$1" "$kafka"
  KAFKA_VERSION=$client "$root/bin/kafka-topics.sh" --bootstrap-server "127.0.0.1:$port" --create --topic perf \
    --partitions "$partitions" --replication-factor 1 > /dev/null
  [ "$warmup" = 0 ] || perf "$warmup" > /dev/null
  local before after line
  before=$(cpu_seconds "$broker")
  line=$(perf "$records" | tail -n 1)
  after=$(cpu_seconds "$broker")
  rate=$(sed -E 's/.* ([0-9.]+) records\/sec.*/\1/' <<< "$line")
  cpu=$(awk -v a="$after" -v b="$before" -v n="$records" 'BEGIN { printf "%.3f", (a - b) / n * 1e6 }')
  rss=$(awk '/VmRSS/ { printf "%d", $2 / 1024 }' "/proc/$broker/status")
  echo "$1: $line; broker CPU $cpu s per million records, resident $rss MiB"
  stop "$broker"
  [ -z "$zookeeper" ] || stop "$zookeeper"
  rm -rf "$dir"
}

ratios=$work/ratios
for ((pair = 1; pair <= pairs; pair++)); do
  if ((pair % 2)); then order="odradek kafka"; else order="kafka odradek"; fi
  declare -A rates=() cpus=()
  for system in $order; do
    run "$system" "$pair"
    rates[$system]=$rate cpus[$system]=$cpu
  done
  awk -v a="${rates[odradek]}" -v b="${rates[kafka]}" -v c="${cpus[odradek]}" -v d="${cpus[kafka]}" \
    'BEGIN { printf "%.3f %.3f\n", a / b, c / d }' >> "$ratios"
done
cut -d ' ' -f 1 "$ratios" > "$work/rate" && cut -d ' ' -f 2 "$ratios" > "$work/cpu"
echo "Odradek / Kafka $kafka, acks=$acks, $records records of $size bytes, $partitions partitions, median of $pairs pairs:" \
  "throughput $(median "$work/rate") ($(sort -n "$work/rate" | paste -sd ' ')), broker CPU $(median "$work/cpu") ($(sort -n "$work/cpu" | paste -sd ' '))"
