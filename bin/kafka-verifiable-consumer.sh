#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool org.apache.kafka.tools.VerifiableConsumer \
  org.apache.kafka.tools.VerifiableConsumer \
  org.apache.kafka.tools.VerifiableConsumer "$@"
