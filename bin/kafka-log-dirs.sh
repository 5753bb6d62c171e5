#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.LogDirsCommand \
  org.apache.kafka.tools.LogDirsCommand \
  org.apache.kafka.tools.LogDirsCommand "$@"
