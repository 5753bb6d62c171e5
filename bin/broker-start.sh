#!/usr/bin/env bash
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/internal/launch.sh"

usage() {
  cat <<END
Usage: bin/broker-start.sh [-daemon] [FILE] [--override KEY=VALUE]...

Starts a broker with the server.properties FILE (Kafka's names and meanings); without one, with
config/server.properties and its data in $root/data.
Where no zookeeper.connect is set, a ZooKeeper server runs inside the broker.

  -daemon               run in the background; returns when the broker is ready
  --override KEY=VALUE  set or replace one setting; may be repeated
  --help                this text

Environment: JAVA_HOME, ODRADEK_HEAP_OPTS (default $heap_default), ODRADEK_OPTS and KAFKA_OPTS (more JVM options),
ODRADEK_LOG_DIR (pid files and the output of -daemon; default $root/logs), JMX_PORT (metrics by JMX at this port of
127.0.0.1).
END
}

daemon= file= overrides=() data_given=
while [ $# -gt 0 ]; do
  case $1 in
    -daemon | --daemon) daemon=1 ;;
    -h | -help | --help) usage; exit ;;
    --override)
      [ $# -ge 2 ] || die "--override needs KEY=VALUE after it."
      overrides+=(--override "$2")
      case $2 in log.dirs=* | log.dir=*) data_given=1 ;; esac
      shift ;;
    -*) die "Unknown option $1; bin/broker-start.sh --help lists them." ;;
    *) [ -z "$file" ] || die "One properties file at most, but both $file and $1 were given."; file=$1 ;;
  esac
  shift
done
if [ -z "$file" ]; then
  file=$root/config/server.properties
  [ -n "$data_given" ] || overrides+=(--override "log.dirs=$root/data/broker")
fi
[ -r "$file" ] || die "Cannot read the properties file $file."
file=$(absolute "$file")

need_java 25
jvm_options
build_if_needed
[ -d "$logs" ] || mkdir -p "$logs"
pid_file=$(pid_file_of broker "$file")
if is_running "$pid_file" "$broker_main"; then die "A broker with $file already runs as process $pid."; fi
use_aot_cache
jmx_options
set -- "$java_home/bin/java" "${jvm[@]}" -cp "$(class_path)" "$broker_main" "$file" ${overrides[@]+"${overrides[@]}"}
if [ -n "$daemon" ]; then
  start_daemon "The broker" "$pid_file" "$ready_text" "$@"
else
  echo $$ > "$pid_file"
  exec "$@"
fi
