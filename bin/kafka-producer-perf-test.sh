#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool org.apache.kafka.tools.ProducerPerformance \
  org.apache.kafka.tools.ProducerPerformance \
  org.apache.kafka.tools.ProducerPerformance "$@"
