#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.tools.ConsumerPerformance \
  org.apache.kafka.tools.ConsumerPerformance \
  org.apache.kafka.tools.ConsumerPerformance "$@"
