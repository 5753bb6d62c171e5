#!/usr/bin/env bash
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/internal/launch.sh"

usage() {
  cat <<END
Usage: bin/zookeeper-start.sh [-daemon] [FILE]

Starts a standalone ZooKeeper server, out of the jars that the broker has anyway, with the ZooKeeper
configuration FILE; without one, with config/zookeeper.properties and its data in $root/data/zookeeper.

  -daemon   run in the background; returns when the server is ready
  --help    this text

Environment: JAVA_HOME, ODRADEK_HEAP_OPTS (default -Xmx256m), ODRADEK_OPTS, ODRADEK_LOG_DIR (as bin/broker-start.sh).
END
}

daemon= file=
while [ $# -gt 0 ]; do
  case $1 in
    -daemon | --daemon) daemon=1 ;;
    -h | -help | --help) usage; exit ;;
    -*) die "Unknown option $1; bin/zookeeper-start.sh --help lists them." ;;
    *) [ -z "$file" ] || die "One configuration file at most, but both $file and $1 were given."; file=$1 ;;
  esac
  shift
done
file=$(absolute "${file:-$root/config/zookeeper.properties}")
[ -r "$file" ] || die "Cannot read the configuration file $file."

need_java 25
ODRADEK_HEAP_OPTS=${ODRADEK_HEAP_OPTS:--Xmx256m}
jvm_options
build_if_needed
[ -d "$logs" ] || mkdir -p "$logs"
pid_file=$(pid_file_of zookeeper "$file")
if is_running "$pid_file" "$zookeeper_main"; then die "A ZooKeeper server with $file already runs as process $pid."; fi
set -- "$java_home/bin/java" "${jvm[@]}" -cp "$(class_path)" "$zookeeper_main" "$file"
# A relative dataDir is meant relative to the checkout, not to where the script happens to be called.
cd "$root"
if [ -n "$daemon" ]; then
  start_daemon "ZooKeeper" "$pid_file" "$ready_text" "$@"
else
  echo $$ > "$pid_file"
  exec "$@"
fi
