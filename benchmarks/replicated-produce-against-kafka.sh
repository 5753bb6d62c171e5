#!/usr/bin/env bash
# acks=all with three brokers each: kafka-producer-perf-test.sh against Odradek and against stock Kafka, in turn, each on fresh
# directories and alone on the machine. Prints records per second and the CPU seconds per million records of the three broker
# processes together, and the ratios of each pair.
#
#   benchmarks/replicated-produce-against-kafka.sh [PAIRS]      default 3; the order within the pairs alternates
#
# Environment: RECORDS (2000000), RECORD_SIZE (100), PARTITIONS (6), REPLICAS (3), MIN_ISR (2), KAFKA (3.9.2), BATCH and LINGER (the
# client's defaults), WARMUP (500000 records, not counted), BROKER_CPU and CLIENT_CPU (processors to pin to), HEAP (-Xms1g -Xmx1g).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
. "$root/benchmarks/internal/clusters.sh"
pairs=${1:-3}
records=${RECORDS:-2000000} size=${RECORD_SIZE:-100} partitions=${PARTITIONS:-6} replicas=${REPLICAS:-3} min_isr=${MIN_ISR:-2}
kafka=${KAFKA:-3.9.2} warmup=${WARMUP:-500000}
KAFKA_VERSION=$kafka "$root/bin/internal/stock-tool.sh" -resolve

perf() { # records
  local extra=()
  [ -z "${BATCH:-}" ] || extra+=("batch.size=$BATCH")
  [ -z "${LINGER:-}" ] || extra+=("linger.ms=$LINGER")
  (pin "${CLIENT_CPU:-}" "$java_home/bin/java" -Xms512m -Xmx512m -XX:+UseSerialGC \
    -Dlog4j.configuration="file:$root/bin/internal/tools-log4j.properties" -cp "$stock/$kafka/libs/*" \
    org.apache.kafka.tools.ProducerPerformance --topic perf --num-records "$1" --record-size "$size" \
    --throughput -1 --producer-props bootstrap.servers="$bootstrap" acks=all ${extra[@]+"${extra[@]}"})
}

run() { # system, pair: sets rate and cpu
  dir=$work/$1-$2
  start_cluster "$1" 3
  KAFKA_VERSION=$kafka "$root/bin/kafka-topics.sh" --bootstrap-server "$bootstrap" --create --topic perf \
    --partitions "$partitions" --replication-factor "$replicas" --config min.insync.replicas="$min_isr" > /dev/null
  [ "$warmup" = 0 ] || perf "$warmup" > /dev/null
  local before after line
  before=$(cluster_cpu_seconds)
  line=$(perf "$records" | tail -n 1)
  after=$(cluster_cpu_seconds)
  rate=$(sed -E 's/.* ([0-9.]+) records\/sec.*/\1/' <<< "$line")
  cpu=$(awk -v a="$after" -v b="$before" -v n="$records" 'BEGIN { printf "%.3f", (a - b) / n * 1e6 }')
  echo "$1: $line; CPU of the three brokers $cpu s per million records"
  kill_cluster
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
echo "Odradek / Kafka $kafka, three brokers, acks=all, $replicas replicas, min.insync.replicas=$min_isr, $records records of $size bytes," \
  "$partitions partitions, median of $pairs pairs: throughput $(median "$work/rate") ($(sort -n "$work/rate" | paste -sd ' '))," \
  "broker CPU $(median "$work/cpu") ($(sort -n "$work/cpu" | paste -sd ' '))"
