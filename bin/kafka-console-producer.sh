#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.tools.ConsoleProducer \
  kafka.tools.ConsoleProducer \
  org.apache.kafka.tools.ConsoleProducer "$@"
