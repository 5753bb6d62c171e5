#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.tools.ConsoleConsumer \
  org.apache.kafka.tools.consumer.ConsoleConsumer \
  org.apache.kafka.tools.consumer.ConsoleConsumer "$@"
