#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.tools.EndToEndLatency \
  org.apache.kafka.tools.EndToEndLatency \
  org.apache.kafka.tools.EndToEndLatency "$@"
