# Sourced. Makes the AOT cache: a broker starts in a folder of its own, serves a client for some seconds, and stops.
# Whatever fails here costs only speed: without the client's traffic the cache knows of the start alone, without a
# cache the JVM starts as always.
training_client=org.odradek.broker.training.TrainingClient
training_classes=$root/broker/target/test-classes
training_seconds=30

make_aot_cache() ( # a process of its own, whose end takes along what it started
  folder=$(mktemp -d) || return 0
  broker= client=
  trap 'kill -KILL $broker $client 2> /dev/null || true; rm -rf "$folder"' EXIT
  trap 'exit 130' INT TERM
  new=$folder/odradek.aot
  said=$folder/said
  optimise_after 1 # as the JVM usually does: what is taken up here is taken up at once wherever the cache is used
  training_properties "$folder" > "$folder/server.properties"
  "$java_home/bin/java" "${jvm[@]}" "-XX:AOTCacheOutput=$new" -cp "$(class_path)" "$broker_main" \
    "$folder/server.properties" > "$said" 2>&1 < /dev/null &
  broker=$!
  if ends_within 60 is_ready_or_over "$broker" "$said" && grep -qsF -- "$ready_text" "$said"; then
    train
    kill -TERM $broker 2> /dev/null || true
    ends_within 120 has_ended $broker || true # the cache is written at the end
  fi
  kill -KILL $broker 2> /dev/null || true
  wait $broker 2> /dev/null || true
  broker=
  if [ -s "$new" ]; then
    echo "$java_home" > "$aot_cache.jdk"
    cp "$new" "$aot_cache.$$" && mv "$aot_cache.$$" "$aot_cache"
  else
    echo "No AOT cache could be made, so starts take longer. What the JVM said:" >&2
    tail -n 5 "$said" >&2
  fi
)

# A plain listener, and an encrypted one where there is a certificate for it: of this build only, never used again.
training_properties() { # folder
  local listeners=PLAINTEXT://127.0.0.1:0 store=$1/training.p12
  if "$java_home/bin/keytool" -J-XX:TieredStopAtLevel=1 -genkeypair -alias training -dname CN=training -keyalg EC \
    -groupname secp256r1 -storetype PKCS12 -storepass training -keystore "$store" > /dev/null 2>&1; then
    listeners=$listeners,SSL://127.0.0.1:0
    printf '%s\n' ssl.keystore.type=PKCS12 "ssl.keystore.location=$store" ssl.keystore.password=training \
      ssl.key.password=training
  fi
  printf '%s\n' broker.id=0 "listeners=$listeners" "log.dirs=$1/data" offsets.topic.replication.factor=1 \
    offsets.topic.num.partitions=1 group.initial.rebalance.delay.ms=0
}

# Lets the client work with the broker that has said where it is; it is ended when it takes too long.
train() {
  local ports
  [ -e "$training_classes/${training_client//.//}.class" ] || return 0
  ports=$(grep -F -- "$ready_text" "$said" | grep -o '://127\.0\.0\.1:[0-9]*' | sed 's/.*://') || return 0
  set -- $ports
  [ $# -lt 2 ] || set -- "$@" "$folder/training.p12" training
  "$java_home/bin/java" -XX:+UseSerialGC -cp "$training_classes:$(class_path)" "$training_client" "$@" \
    > "$folder/client" 2>&1 < /dev/null &
  client=$!
  if ! ends_within $training_seconds has_ended $client; then
    kill -KILL $client 2> /dev/null || true
    echo "The AOT cache was trained for $training_seconds s only: this machine is slow, or busy." >&2
  fi
  wait $client 2> /dev/null || tail -n 3 "$folder/client" >&2
  client=
}

ends_within() { # seconds, command...: whether the command succeeds within that time
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ $SECONDS -lt $end ] || return 1
    sleep 0.1
  done
}

is_ready_or_over() { # process, what it said
  grep -qsF -- "$ready_text" "$2" || has_ended "$1"
}

has_ended() { # process
  ! kill -0 "$1" 2> /dev/null
}
