# Sourced by the start and stop scripts: where things are, what to run, and how a daemon is started and stopped.
root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
libs=$root/broker/target/dist/lib
logs=${ODRADEK_LOG_DIR:-$root/logs}
broker_main=org.odradek.broker.main.Odradek
zookeeper_main=org.odradek.controller.zookeeper.StandaloneZooKeeper
ready_text=" ready "
. "$root/bin/internal/find-java.sh"
. "$root/bin/internal/jvm-options.sh"
. "$root/bin/internal/aot-training.sh"

die() { echo "$*" >&2; exit 1; }

absolute() { # path: prints it as an absolute one
  case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s/%s\n' "$PWD" "$1" ;; esac
}

class_path() { # every jar by name: the AOT cache insists on the same ones in the same order
  local IFS=:
  set -- "$libs"/*.jar
  printf '%s\n' "$*"
}

build_if_needed() { # builds with Maven when there is no distribution yet; needs java_home and jvm
  set -- "$libs"/broker-*.jar
  [ ! -e "$1" ] || return 0
  command -v mvn > /dev/null || die "Nothing is built yet, and there is no Maven: install it (Debian package maven) and start again."
  echo "Nothing is built yet: building with Maven (a minute or two the first time) ..." >&2
  (cd "$root" && mvn -q -B -ntp -DskipTests -Dfast -Daot.skip -pl broker -am package) >&2 || die "The build failed; 'mvn -DskipTests package' in $root shows why."
  make_aot_cache
}

# One process, one pid file: named by kind and properties file, so that several brokers of one checkout are kept apart.
pid_file_of() { # kind, absolute properties file
  local sum name=${2##*/}
  sum=$(printf '%s' "$2" | cksum)
  printf '%s/%s-%s-%s.pid\n' "$logs" "$1" "${name%.properties}" "${sum%% *}"
}

is_running() { # pid file, main class: sets pid when that very process still runs
  pid=
  [ -r "$1" ] || return 1
  read -r pid < "$1" || return 1
  grep -qszxF -- "$2" "/proc/$pid/cmdline" || { pid=; return 1; }
}

# Starts "$@" in the background and returns once it has said READY_TEXT, or with its output when it ended before that.
start_daemon() { # name, pid file, ready text, command...
  local name=$1 pid_file=$2 ready=$3 out child waited=0
  shift 3
  out=${pid_file%.pid}.out
  nohup "$@" > "$out" 2>&1 < /dev/null &
  child=$!
  echo "$child" > "$pid_file"
  while ! grep -qsF -- "$ready" "$out"; do
    if ! kill -0 "$child" 2> /dev/null; then
      rm -f "$pid_file"
      tail -n 20 "$out" >&2
      die "$name did not start; all it said is in $out"
    fi
    sleep 0.05
    waited=$((waited + 1))
    if [ $waited -ge 1200 ]; then die "$name (process $child) is not ready after 60 s; see $out"; fi
  done
  grep -F -- "$ready" "$out" | head -n 1
  echo "$name runs as process $child; its output is in $out"
}

# SIGTERM, and waiting for the end of the process.
stop_process() { # pid file, name, main class
  local pid_file=$1 name=$2 seconds=${ODRADEK_STOP_SECONDS:-120} start=$SECONDS
  if ! is_running "$pid_file" "$3"; then
    rm -f "$pid_file"
    echo "$name is not running." >&2
    return 1
  fi
  echo "Stopping process $pid ..."
  kill -TERM "$pid" || return 1
  while kill -0 "$pid" 2> /dev/null; do
    if [ $((SECONDS - start)) -ge "$seconds" ]; then
      echo "$name (process $pid) has not ended after $seconds s. It is left alone; 'kill -9 $pid' ends it, and its logs are recovered at the next start." >&2
      return 1
    fi
    sleep 0.1
  done
  rm -f "$pid_file"
  echo "$name stopped after $((SECONDS - start)) s."
}
