#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.tools.ClusterTool \
  org.apache.kafka.tools.ClusterTool \
  org.apache.kafka.tools.ClusterTool "$@"
