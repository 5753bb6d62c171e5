#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.tools.DumpLogSegments \
  kafka.tools.DumpLogSegments \
  org.apache.kafka.tools.DumpLogSegments "$@"
