#!/usr/bin/env bash
# Producing and consuming over TLS, against Odradek and against stock Kafka with ZooKeeper, in turn, each on fresh directories and alone on the
# machine. Prints how many bytes of records go through for each CPU second of the broker process, and the ratios of each pair.
#
#   benchmarks/tls-against-kafka.sh [PAIRS]      default 3; the order within the pairs alternates
#
# Environment: RECORDS (1000000), RECORD_SIZE (1024), PARTITIONS (6), ACKS (1), KAFKA (3.9.2), CLIENT (3.9.2),
# WARMUP (300000 records each way, not counted), BROKER_CPU and CLIENT_CPU (processors to pin to).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
pairs=${1:-3}
records=${RECORDS:-1000000} size=${RECORD_SIZE:-1024} partitions=${PARTITIONS:-6} acks=${ACKS:-1}
kafka=${KAFKA:-3.9.2} client=${CLIENT:-3.9.2} warmup=${WARMUP:-300000}
for version in "$kafka" "$client"; do KAFKA_VERSION=$version "$root/bin/internal/stock-tool.sh" -resolve; done
make_certificates

stock_class() { # class, arguments...
  (pin "${CLIENT_CPU:-}" "$java_home/bin/java" -Xms512m -Xmx512m -XX:+UseSerialGC \
    -Dlog4j.configuration="file:$root/bin/internal/tools-log4j.properties" -Dlog4j2.configurationFile="$root/bin/internal/tools-log4j2.properties" \
    -cp "$stock/$client/libs/*" "$@")
}

produce() { # topic, records
  stock_class org.apache.kafka.tools.ProducerPerformance --topic "$1" --num-records "$2" --record-size "$size" --throughput -1 \
    --producer.config "$client_config" --producer-props bootstrap.servers=127.0.0.1:"$port" acks="$acks" | tail -n 1
}

consume() { # topic, records
  stock_class org.apache.kafka.tools.ConsumerPerformance --bootstrap-server 127.0.0.1:"$port" --topic "$1" --messages "$2" \
    --consumer.config "$client_config" --timeout 60000 --hide-header | tail -n 1
}

per_cpu() { # CPU seconds before, after: MB of records for each
  awk -v a="$1" -v b="$2" -v n="$records" -v s="$size" 'BEGIN { printf "%.1f", n * s / 1e6 / (b - a) }'
}

run() { # system, pair: sets produced and consumed
  dir=$work/$1-$2
  mkdir -p "$dir"
  "start_$1" "$kafka"
  local topic before middle after producer consumer
  for topic in warm measured; do
    KAFKA_VERSION=$client "$root/bin/kafka-topics.sh" --bootstrap-server "127.0.0.1:$port" --command-config "$client_config" --create \
      --topic "$topic" --partitions "$partitions" --replication-factor 1 > /dev/null
  done
  if [ "$warmup" != 0 ]; then
    produce warm "$warmup" > /dev/null
    consume warm "$warmup" > /dev/null
  fi
  before=$(cpu_seconds "$broker")
  producer=$(produce measured "$records")
  middle=$(cpu_seconds "$broker")
  consumer=$(consume measured "$records")
  after=$(cpu_seconds "$broker")
  produced=$(per_cpu "$before" "$middle") consumed=$(per_cpu "$middle" "$after")
  echo "$1: produced $produced MB, consumed $consumed MB for each CPU second of the broker; $producer; consumer: $consumer"
  stop "$broker"
  [ -z "$zookeeper" ] || stop "$zookeeper"
  rm -rf "$dir"
}

for ((pair = 1; pair <= pairs; pair++)); do
  if ((pair % 2)); then order="odradek kafka"; else order="kafka odradek"; fi
  declare -A in=() out=()
  for system in $order; do
    run "$system" "$pair"
    in[$system]=$produced out[$system]=$consumed
  done
  awk -v a="${in[odradek]}" -v b="${in[kafka]}" 'BEGIN { printf "%.3f\n", a / b }' >> "$work/produced"
  awk -v a="${out[odradek]}" -v b="${out[kafka]}" 'BEGIN { printf "%.3f\n", a / b }' >> "$work/consumed"
done
echo "Odradek / Kafka $kafka over TLS, bytes for each CPU second of the broker, acks=$acks, $records records of $size bytes," \
  "$partitions partitions, median of $pairs pairs: produced $(median "$work/produced") ($(sort -n "$work/produced" | paste -sd ' '))," \
  "consumed $(median "$work/consumed") ($(sort -n "$work/consumed" | paste -sd ' '))"
