# Sourced after systems.sh: three or more brokers of one system with one ZooKeeper server (stock Kafka's, for both systems alike).
#   start_cluster SYSTEM BROKERS   in the folder $dir; SYSTEM is odradek or kafka (of the version $kafka)
# sets bootstrap, zookeeper_address, and by id broker_pids, broker_ports.
# Environment: SESSION_MS (6000), BROKER_CONFIG (more lines of server.properties, separated by blanks), HEAP (-Xms1g -Xmx1g for both;
# empty: what each is shipped with).

start_zookeeper() {
  local port
  port=$(free_port)
  printf 'dataDir=%s\nclientPort=%s\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\ntickTime=1000\nmaxClientCnxns=0\nmaxSessionTimeout=60000\n' \
    "$dir/zk" "$port" > "$dir/zk.properties"
  "$java_home/bin/java" -Xmx512m -Djute.maxbuffer=16777216 -cp "$stock/$kafka/libs/*" -Dlog4j.configuration="file:$root/benchmarks/internal/servers-log4j.properties" \
    org.apache.zookeeper.server.quorum.QuorumPeerMain "$dir/zk.properties" > "$dir/zk.out" 2>&1 &
  zookeeper=$! started+=($!)
  disown "$zookeeper"
  wait_for "$dir/zk.out" "PrepRequestProcessor (sid:0) started" "$zookeeper"
  zookeeper_address=127.0.0.1:$port
}

start_cluster_broker() { # system, id
  local port=${broker_ports[$2]:-}
  [ -n "$port" ] || port=$(free_port)
  broker_ports[$2]=$port
  {
    printf 'broker.id=%s\nlisteners=PLAINTEXT://127.0.0.1:%s\nlog.dirs=%s\nzookeeper.connect=%s\nzookeeper.session.timeout.ms=%s\n' \
      "$2" "$port" "$dir/data-$2" "$zookeeper_address" "${SESSION_MS:-6000}"
    printf 'offsets.topic.replication.factor=3\ngroup.initial.rebalance.delay.ms=0\ncontrolled.shutdown.retry.backoff.ms=500\n'
    tr ' ' '\n' <<< "${BROKER_CONFIG:-}"
  } > "$dir/server-$2.properties"
  local out=$dir/broker-$2.out
  if [ "$1" = odradek ]; then
    (ODRADEK_LOG_DIR=$dir/run ODRADEK_HEAP_OPTS=${HEAP--Xms1g -Xmx1g} pin "${BROKER_CPU:-}" "$root/bin/broker-start.sh" "$dir/server-$2.properties") > "$out" 2>&1 &
    broker_pids[$2]=$! started+=($!) ready_when[$2]=" ready"
  else
    (pin "${BROKER_CPU:-}" "$java_home/bin/java" ${HEAP--Xms1g -Xmx1g} -server -XX:+UseG1GC -XX:MaxGCPauseMillis=20 -XX:InitiatingHeapOccupancyPercent=35 \
      -XX:+ExplicitGCInvokesConcurrent -Djava.awt.headless=true -Dlog4j.configuration="file:$root/benchmarks/internal/servers-log4j.properties" \
      -cp "$stock/$kafka/libs/*" kafka.Kafka "$dir/server-$2.properties") > "$out" 2>&1 &
    broker_pids[$2]=$! started+=($!) ready_when[$2]="[KafkaServer id=$2] started"
  fi
  disown "${broker_pids[$2]}" # or bash tells of each that is killed
}

start_cluster() { # system, brokers
  mkdir -p "$dir"
  broker_pids=() broker_ports=() ready_when=() bootstrap=
  if [ "$1" = odradek ]; then "$root/bin/broker-start.sh" --help > /dev/null; fi
  start_zookeeper
  local id
  for ((id = 0; id < $2; id++)); do start_cluster_broker "$1" "$id"; done
  for ((id = 0; id < $2; id++)); do
    wait_for "$dir/broker-$id.out" "${ready_when[$id]}" "${broker_pids[$id]}"
    bootstrap+=${bootstrap:+,}127.0.0.1:${broker_ports[$id]}
  done
}

kill_cluster() { # for when its data are not needed any more
  local pid
  for pid in "${broker_pids[@]}" "$zookeeper"; do
    kill -CONT "$pid" 2> /dev/null || true
    kill -9 "$pid" 2> /dev/null || true
    while kill -0 "$pid" 2> /dev/null; do sleep 0.05; done
  done
}

cluster_cpu_seconds() { # of all brokers
  local pid
  for pid in "${broker_pids[@]}"; do cpu_seconds "$pid"; done | awk '{ sum += $1 } END { print sum }'
}

# One of the programs in benchmarks/clients, with the client library of Kafka $kafka (its ZooKeeper client too).
client() { # program, argument...
  local program=$1; shift
  (pin "${CLIENT_CPU:-}" "$java_home/bin/java" -Xmx1g -XX:+UseSerialGC -Djute.maxbuffer=16777216 \
    -Dlog4j.configuration="file:$root/benchmarks/internal/clients-log4j.properties" -cp "$stock/$kafka/libs/*" \
    "$root/benchmarks/clients/$program.java" "$@")
}
