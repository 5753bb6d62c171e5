#!/usr/bin/env bash
# Runs a class of stock Apache Kafka. Which Kafka is in KAFKA_VERSION; its jars are resolved by Maven on first use.
#   stock-tool.sh CLASS [ARG...]
#   stock-tool.sh -tool CLASS2 CLASS3 CLASS4 [ARG...]   the class in Kafka 2.x (and older), 3.x, 4.x; - where there is none
#   stock-tool.sh -resolve                              only makes sure that the jars are there
# Environment: KAFKA_VERSION, KAFKA_HEAP_OPTS, KAFKA_OPTS, KAFKA_LOG4J_OPTS, JAVA_HOME, and ODRADEK_STOCK_DIR for the jars.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/find-java.sh"
# 2.8.2 by default: the last one whose tools know --zookeeper (and --bootstrap-server as well).
version=${KAFKA_VERSION:-2.8.2}
home=${ODRADEK_STOCK_DIR:-$here/../../.stock}/$version

resolve() {
  local scala=2.13 out no_log4j2=true
  case $version in 0.* | 1.*) scala=2.11 ;; 2.[0-3].*) scala=2.12 ;; esac
  command -v mvn > /dev/null || { echo "Fetching the tools of Kafka $version needs Maven: install it (Debian package maven)." >&2; return 1; }
  mkdir -p "$home"
  # Two tools started at once must not both copy.
  exec 9> "$home/.lock"
  if command -v flock > /dev/null; then flock 9; fi
  [ ! -e "$home/.complete" ] || return 0
  echo "Fetching the tools of Apache Kafka $version by Maven into $(cd "$home" && pwd) ..." >&2
  case $version in [0123].*) ;; *) no_log4j2=false ;; esac
  set -- -q -B -ntp -f "$here/stock-tools.xml" -Dkafka.version="$version" -Dscala.version="$scala" -Dno.log4j2=$no_log4j2 \
    -Dlibs="$(cd "$home" && pwd)/libs" generate-resources
  # What an earlier build has already downloaded needs no network.
  if ! mvn -o "$@" > /dev/null 2>&1; then
    out=$(mvn "$@" 2>&1) || { printf '%s\n' "$out" | head -n 5 >&2; echo "Could not fetch Kafka $version." >&2; return 1; }
  fi
  : > "$home/.complete"
  exec 9>&-
}

[ -e "$home/.complete" ] || resolve || exit 1
case ${1:-} in
  "") echo "Usage: $(basename "$0") CLASS [ARGUMENT]..." >&2; exit 1 ;;
  -resolve) exit ;;
  -tool)
    case $version in [012].*) class=$2 ;; 3.*) class=$3 ;; *) class=$4 ;; esac
    if [ "$class" = - ]; then echo "Kafka $version does not have this tool; set KAFKA_VERSION to another." >&2; exit 1; fi
    shift 4
    set -- "$class" "$@" ;;
esac

# 4.x needs Java 17; the tools of all versions run on 25 as well, but those before 3.9 cannot log in by SASL on 24 and later.
java_home=
case $version in [012].* | 3.[0-8].*) find_java 17 23 || true ;; esac
[ -n "$java_home" ] || find_java 17 || { find_java 8 && [ "${version%%.*}" -lt 4 ]; } || need_java 25
java_version_of "$java_home"
jvm=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1)
[ "$java_version" -lt 24 ] || jvm+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
if [ -z "${KAFKA_LOG4J_OPTS:-}" ]; then
  case $version in
    [0123].*) KAFKA_LOG4J_OPTS=-Dlog4j.configuration=file:$here/tools-log4j.properties ;;
    *) KAFKA_LOG4J_OPTS=-Dlog4j2.configurationFile=$here/tools-log4j2.properties ;;
  esac
fi
exec "$java_home/bin/java" "${jvm[@]}" ${KAFKA_HEAP_OPTS:--Xmx512m} -Djava.awt.headless=true $KAFKA_LOG4J_OPTS \
  ${KAFKA_OPTS:-} -cp "$home/libs/*" "$@"
