#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.ReassignPartitionsCommand \
  org.apache.kafka.tools.reassign.ReassignPartitionsCommand \
  org.apache.kafka.tools.reassign.ReassignPartitionsCommand "$@"
