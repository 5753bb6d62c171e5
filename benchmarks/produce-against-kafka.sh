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
. "$root/bin/internal/find-java.sh"
need_java 25
pairs=${1:-3}
records=${RECORDS:-3000000} size=${RECORD_SIZE:-100} partitions=${PARTITIONS:-6} acks=${ACKS:-1}
kafka=${KAFKA:-3.9.2} client=${CLIENT:-3.9.2} warmup=${WARMUP:-500000}
stock=${ODRADEK_STOCK_DIR:-$root/.stock}
work=$(mktemp -d)
started=()
cleanup() {
  for pid in ${started[@]+"${started[@]}"}; do kill -9 "$pid" 2> /dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

for version in "$kafka" "$client"; do KAFKA_VERSION=$version "$root/bin/internal/stock-tool.sh" -resolve; done

pin() { # processors or nothing, command...
  local cpus=$1; shift
  if [ -n "$cpus" ]; then exec taskset -c "$cpus" "$@"; else exec "$@"; fi
}

free_port() {
  "$java_home/bin/jshell" -q - 2> /dev/null <<< 'try (var s = new java.net.ServerSocket(0)) { System.out.println(s.getLocalPort()); }'
}

wait_for() { # file, text, process
  until grep -qsF -- "$2" "$1"; do
    kill -0 "$3" 2> /dev/null || { echo "ended early:" >&2; tail -n 20 "$1" >&2; exit 1; }
    sleep 0.1
  done
}

stop() { # process
  kill -TERM "$1" 2> /dev/null || true
  while kill -0 "$1" 2> /dev/null; do sleep 0.1; done
  wait "$1" 2> /dev/null || true
}

cpu_seconds() { # process: user and system time of all its threads
  awk -v hz="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"
}

perf() { # records
  local extra=()
  [ -z "${BATCH:-}" ] || extra+=("batch.size=$BATCH")
  [ -z "${LINGER:-}" ] || extra+=("linger.ms=$LINGER")
  (pin "${CLIENT_CPU:-}" "$java_home/bin/java" -Xms512m -Xmx512m -XX:+UseSerialGC \
    -Dlog4j.configuration="file:$root/bin/internal/tools-log4j.properties" -Dlog4j2.configurationFile="$root/bin/internal/tools-log4j2.properties" \
    -cp "$stock/$client/libs/*" org.apache.kafka.tools.ProducerPerformance --topic perf --num-records "$1" --record-size "$size" \
    --throughput -1 --producer-props bootstrap.servers=127.0.0.1:"$port" acks="$acks" ${extra[@]+"${extra[@]}"})
}

start_odradek() {
  "$root/bin/broker-start.sh" --help > /dev/null
  port=$(free_port)
  (pin "${BROKER_CPU:-}" "$root/bin/broker-start.sh" --override "log.dirs=$dir/data" --override "listeners=PLAINTEXT://127.0.0.1:$port") \
    > "$dir/out" 2>&1 &
  broker=$! started+=($!)
  wait_for "$dir/out" " ready" "$broker"
}

start_kafka() {
  local zk_port
  zk_port=$(free_port) port=$(free_port)
  printf 'dataDir=%s\nclientPort=%s\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n' "$dir/zk" "$zk_port" > "$dir/zk.properties"
  printf 'log4j.rootLogger=INFO, out\nlog4j.appender.out=org.apache.log4j.ConsoleAppender\nlog4j.appender.out.layout=org.apache.log4j.PatternLayout\nlog4j.appender.out.layout.ConversionPattern=%%m%%n\n' > "$dir/log4j.properties"
  "$java_home/bin/java" -Xmx256m -cp "$stock/$kafka/libs/*" -Dlog4j.configuration="file:$dir/log4j.properties" \
    org.apache.zookeeper.server.quorum.QuorumPeerMain "$dir/zk.properties" > "$dir/zk.out" 2>&1 &
  zookeeper=$! started+=($!)
  wait_for "$dir/zk.out" "PrepRequestProcessor (sid:0) started" "$zookeeper"
  printf 'broker.id=0\nlisteners=PLAINTEXT://127.0.0.1:%s\nlog.dirs=%s\nzookeeper.connect=127.0.0.1:%s\noffsets.topic.replication.factor=1\n' \
    "$port" "$dir/data" "$zk_port" > "$dir/server.properties"
  # The options of Kafka's own start script: G1 and a heap of 1 GiB.
  (pin "${BROKER_CPU:-}" "$java_home/bin/java" -Xms1g -Xmx1g -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 \
    -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true -Dlog4j.configuration="file:$dir/log4j.properties" \
    -cp "$stock/$kafka/libs/*" kafka.Kafka "$dir/server.properties") > "$dir/out" 2>&1 &
  broker=$! started+=($!)
  wait_for "$dir/out" "[KafkaServer id=0] started" "$broker"
}

run() { # system: sets rate and cpu
  dir=$work/$1-$2 zookeeper=
  mkdir -p "$dir"
  "start_$1"
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
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
cut -d ' ' -f 1 "$ratios" > "$work/rate" && cut -d ' ' -f 2 "$ratios" > "$work/cpu"
echo "Odradek / Kafka $kafka, acks=$acks, $records records of $size bytes, $partitions partitions, median of $pairs pairs:" \
  "throughput $(median "$work/rate") ($(sort -n "$work/rate" | paste -sd ' ')), broker CPU $(median "$work/cpu") ($(sort -n "$work/cpu" | paste -sd ' '))"
