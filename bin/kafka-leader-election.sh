#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.LeaderElectionCommand \
  org.apache.kafka.tools.LeaderElectionCommand \
  org.apache.kafka.tools.LeaderElectionCommand "$@"
