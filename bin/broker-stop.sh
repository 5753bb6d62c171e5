#!/usr/bin/env bash
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/internal/launch.sh"
case ${1:-} in
  -h | -help | --help)
    cat <<END
Usage: bin/broker-stop.sh [FILE]

Stops the broker that bin/broker-start.sh [FILE] started: it hands over what it leads, writes everything out,
and ends. Waits for that, at most ODRADEK_STOP_SECONDS (120) seconds.
END
    exit ;;
esac
file=$(absolute "${1:-$root/config/server.properties}")
stop_process "$(pid_file_of broker "$file")" "The broker with $file" "$broker_main"
