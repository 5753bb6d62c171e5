#!/usr/bin/env bash
# How long a broker takes from the start of its process until it serves, and the memory it then holds, beside stock Kafka
# with its own ZooKeeper. Each start is on an empty folder. Usage: benchmarks/start-up.sh [ROUNDS] (5)
# Environment: KAFKA_VERSION (2.8.2).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
rounds=${1:-5}
export KAFKA_VERSION=${KAFKA_VERSION:-2.8.2}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export ODRADEK_LOG_DIR=$folder/run
"$root/bin/kafka-run-class.sh" -resolve
port=$((20000 + RANDOM % 9000))

cat > "$folder/log4j.properties" <<END
log4j.rootLogger=INFO, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=[%d] %p %m (%c)%n
END
printf '%s\n' "dataDir=$folder/zookeeper" "clientPort=$((port + 1))" admin.enableServer=false > "$folder/zookeeper.properties"
printf '%s\n' broker.id=0 "listeners=PLAINTEXT://127.0.0.1:$port" "log.dirs=$folder/data" > "$folder/odradek.properties"
{ cat "$folder/odradek.properties"; echo "zookeeper.connect=127.0.0.1:$((port + 1))"; } > "$folder/kafka.properties"

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

wait_for() { # text, file, process
  until grep -qsF -- "$1" "$2"; do
    kill -0 "$3" 2> /dev/null || { tail -n 20 "$2" >&2; exit 1; }
    sleep 0.01
  done
}

rss_mib() { # processes: the sum of what they hold
  local total=0 process kib
  for process in "$@"; do
    kib=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$process/status")
    total=$((total + kib))
  done
  echo $((total / 1024))
}

stop() { # processes, one after the other
  local process
  for process in "$@"; do
    kill "$process"
    wait "$process" 2> /dev/null || true
  done
}

odradek() { # name for the table
  local start ready broker
  rm -rf "$folder"/data*
  start=$(milliseconds)
  "$root/bin/broker-start.sh" "$folder/odradek.properties" > "$folder/out" 2>&1 &
  broker=$!
  wait_for " ready " "$folder/out" $broker
  ready=$(milliseconds)
  sleep 3
  printf '%-28s %6d ms to ready, %4d MiB resident after 3 s\n' "$1" $((ready - start)) "$(rss_mib $broker)"
  stop $broker
}

kafka() {
  local start ready zookeeper broker
  rm -rf "$folder"/data* "$folder/zookeeper"
  export KAFKA_LOG4J_OPTS=-Dlog4j.configuration=file:$folder/log4j.properties KAFKA_HEAP_OPTS=-Xmx1g
  start=$(milliseconds)
  "$root/bin/kafka-run-class.sh" org.apache.zookeeper.server.quorum.QuorumPeerMain "$folder/zookeeper.properties" \
    > "$folder/zookeeper.out" 2>&1 &
  zookeeper=$!
  wait_for "binding to port" "$folder/zookeeper.out" $zookeeper
  "$root/bin/kafka-run-class.sh" kafka.Kafka "$folder/kafka.properties" > "$folder/out" 2>&1 &
  broker=$!
  wait_for "started (kafka.server.KafkaServer)" "$folder/out" $broker
  ready=$(milliseconds)
  sleep 3
  printf '%-28s %6d ms to ready, %4d MiB resident after 3 s (broker alone %d)\n' \
    "Kafka $KAFKA_VERSION and ZooKeeper" $((ready - start)) "$(rss_mib $broker $zookeeper)" "$(rss_mib $broker)"
  stop $broker $zookeeper
}

for ((round = 1; round <= rounds; round++)); do
  odradek "Odradek"
  kafka
done
