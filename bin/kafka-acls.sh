#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.AclCommand \
  kafka.admin.AclCommand \
  org.apache.kafka.tools.AclCommand "$@"
