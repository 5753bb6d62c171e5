#!/usr/bin/env bash
# Producing while access control lists are asked, against Odradek and against stock Kafka with ZooKeeper, in turn, each on fresh directories
# and alone on the machine: with no authorizer, and with so many lists, literal and prefixed, of which one is about the producer's topic. Prints
# the broker process's own CPU seconds for each million records.
#
#   benchmarks/rules-against-kafka.sh [LISTS]      default 10000
#
# Environment: RECORDS (1000000), RECORD_SIZE (100), PARTITIONS (6), ACKS (1), KAFKA (3.9.2), CLIENT (3.9.2),
# WARMUP (300000 records, not counted), BROKER_CPU and CLIENT_CPU (processors to pin to).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/benchmarks/internal/systems.sh"
lists=${1:-10000}
records=${RECORDS:-1000000} size=${RECORD_SIZE:-100} partitions=${PARTITIONS:-6} acks=${ACKS:-1}
kafka=${KAFKA:-3.9.2} client=${CLIENT:-3.9.2} warmup=${WARMUP:-300000}
for version in "$kafka" "$client"; do KAFKA_VERSION=$version "$root/bin/internal/stock-tool.sh" -resolve; done

client_java() { # arguments...
  (pin "${CLIENT_CPU:-}" "$java_home/bin/java" -Xms512m -Xmx512m -XX:+UseSerialGC \
    -Dlog4j.configuration="file:$root/bin/internal/tools-log4j.properties" -cp "$stock/$client/libs/*" "$@")
}

produce() { # records
  client_java org.apache.kafka.tools.ProducerPerformance --topic perf --num-records "$1" --record-size "$size" --throughput -1 \
    --producer-props bootstrap.servers=127.0.0.1:"$port" acks="$acks" | tail -n 1
}

run() { # system, kind of lists, number of lists
  dir=$work/$1-$2
  mkdir -p "$dir"
  # Everybody may do what no list is about, so that brokers need no login.
  settings=(allow.everyone.if.no.acl.found=true)
  [ "$3" = 0 ] || settings+=(authorizer.class.name=kafka.security.authorizer.AclAuthorizer)
  "start_$1" "$kafka"
  if [ "$3" = 0 ]; then
    KAFKA_VERSION=$client "$root/bin/kafka-topics.sh" --bootstrap-server "127.0.0.1:$port" --create --topic perf \
      --partitions "$partitions" --replication-factor 1 > /dev/null
  else
    client_java "$root/benchmarks/clients/MakeRules.java" "127.0.0.1:$port" "$partitions" "$3" "$2"
  fi
  produce "$warmup" > /dev/null
  local before after line
  before=$(cpu_seconds "$broker")
  line=$(produce "$records")
  after=$(cpu_seconds "$broker")
  echo "$1, $3 lists $2: $line; broker CPU $(awk -v a="$after" -v b="$before" -v n="$records" \
    'BEGIN { printf "%.3f", (a - b) / n * 1e6 }') s per million records"
  stop "$broker"
  [ -z "$zookeeper" ] || stop "$zookeeper"
  rm -rf "$dir"
}

for lists_here in 0 "$lists"; do
  for kind in LITERAL PREFIXED; do
    for system in odradek kafka; do
      [ "$lists_here $kind" = "0 PREFIXED" ] || run "$system" "$kind" "$lists_here"
    done
  done
done
