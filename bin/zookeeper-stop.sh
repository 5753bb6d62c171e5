#!/usr/bin/env bash
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/internal/launch.sh"
case ${1:-} in
  -h | -help | --help)
    echo "Usage: bin/zookeeper-stop.sh [FILE]"
    echo "Stops the ZooKeeper server that bin/zookeeper-start.sh [FILE] started, and waits for its end."
    exit ;;
esac
file=$(absolute "${1:-$root/config/zookeeper.properties}")
stop_process "$(pid_file_of zookeeper "$file")" "The ZooKeeper server with $file" "$zookeeper_main"
