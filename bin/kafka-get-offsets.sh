#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.tools.GetOffsetShell \
  org.apache.kafka.tools.GetOffsetShell \
  org.apache.kafka.tools.GetOffsetShell "$@"
