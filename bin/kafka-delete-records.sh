#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.DeleteRecordsCommand \
  org.apache.kafka.tools.DeleteRecordsCommand \
  org.apache.kafka.tools.DeleteRecordsCommand "$@"
