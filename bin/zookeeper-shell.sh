#!/usr/bin/env bash
# The shell of the ZooKeeper client that stock Kafka brings: bin/zookeeper-shell.sh HOST:PORT[/CHROOT] [COMMAND]
exec "$(dirname "$0")/internal/stock-tool.sh" -tool org.apache.zookeeper.ZooKeeperMain org.apache.zookeeper.ZooKeeperMain - -server "$@"
