# Sourced by the measuring scripts: starts Odradek or stock Kafka on fresh directories, stops them, and reads their own accounting.
#   start_odradek, start_kafka VERSION   in the folder $dir; set broker, zookeeper (or nothing) and port
#   make_certificates                    stores for TLS; from then on brokers listen with it, and $client_config is for clients
# Needs root, the folder of the checkout. What was started and is left at the end is killed.
. "$root/bin/internal/find-java.sh"
need_java 25
stock=${ODRADEK_STOCK_DIR:-$root/.stock}
work=$(mktemp -d)
started=()
cleanup() {
  for pid in ${started[@]+"${started[@]}"}; do kill -9 "$pid" 2> /dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

protocol=PLAINTEXT settings=() client_config=/dev/null
make_certificates() { # an RSA key of 2048 bits, signed by itself
  local stores=$work/stores password=for-measuring-only
  mkdir -p "$stores"
  "$java_home/bin/keytool" -genkeypair -alias broker -keyalg RSA -keysize 2048 -dname CN=broker -ext san=ip:127.0.0.1 -validity 30 \
    -keystore "$stores/keys.p12" -storetype PKCS12 -storepass "$password" 2> /dev/null
  "$java_home/bin/keytool" -exportcert -alias broker -keystore "$stores/keys.p12" -storepass "$password" -file "$stores/broker.der" 2> /dev/null
  "$java_home/bin/keytool" -importcert -noprompt -alias broker -file "$stores/broker.der" -keystore "$stores/trusted.p12" -storetype PKCS12 \
    -storepass "$password" 2> /dev/null
  protocol=SSL client_config=$stores/client.properties
  local trusted=("ssl.truststore.location=$stores/trusted.p12" ssl.truststore.type=PKCS12 "ssl.truststore.password=$password")
  settings=(security.inter.broker.protocol=SSL "ssl.keystore.location=$stores/keys.p12" ssl.keystore.type=PKCS12
    "ssl.keystore.password=$password" "${trusted[@]}")
  printf '%s\n' security.protocol=SSL "${trusted[@]}" > "$client_config"
}

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
    sleep 0.02
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

start_odradek() {
  zookeeper=
  "$root/bin/broker-start.sh" --help > /dev/null
  port=$(free_port)
  started_at=$(date +%s.%N)
  local overrides=() setting
  for setting in ${settings[@]+"${settings[@]}"}; do overrides+=(--override "$setting"); done
  (pin "${BROKER_CPU:-}" "$root/bin/broker-start.sh" --override "log.dirs=$dir/data" --override "listeners=$protocol://127.0.0.1:$port" \
    ${overrides[@]+"${overrides[@]}"}) \
    > "$dir/out" 2>&1 &
  broker=$! started+=($!)
  wait_for "$dir/out" " ready" "$broker"
  ready_at=$(date +%s.%N)
}

start_kafka() {
  local zk_port
  zk_port=$(free_port) port=$(free_port)
  printf 'dataDir=%s\nclientPort=%s\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n' "$dir/zk" "$zk_port" > "$dir/zk.properties"
  "$java_home/bin/java" -Xmx256m -cp "$stock/$1/libs/*" -Dlog4j.configuration="file:$root/benchmarks/internal/servers-log4j.properties" \
    org.apache.zookeeper.server.quorum.QuorumPeerMain "$dir/zk.properties" > "$dir/zk.out" 2>&1 &
  zookeeper=$! started+=($!)
  wait_for "$dir/zk.out" "PrepRequestProcessor (sid:0) started" "$zookeeper"
  printf 'broker.id=0\nlisteners=%s://127.0.0.1:%s\nlog.dirs=%s\nzookeeper.connect=127.0.0.1:%s\noffsets.topic.replication.factor=1\n' \
    "$protocol" "$port" "$dir/data" "$zk_port" > "$dir/server.properties"
  printf '%s\n' ${settings[@]+"${settings[@]}"} >> "$dir/server.properties"
  started_at=$(date +%s.%N)
  # The options of Kafka's own start script: G1 and a heap of 1 GiB.
  (pin "${BROKER_CPU:-}" "$java_home/bin/java" -Xms1g -Xmx1g -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 \
    -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true -Dlog4j.configuration="file:$root/benchmarks/internal/servers-log4j.properties" \
    -cp "$stock/$1/libs/*" kafka.Kafka "$dir/server.properties") > "$dir/out" 2>&1 &
  broker=$! started+=($!)
  wait_for "$dir/out" "[KafkaServer id=0] started" "$broker"
  ready_at=$(date +%s.%N)
}

# Prints the median of the numbers in a file, one a line.
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
