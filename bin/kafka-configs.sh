#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.ConfigCommand \
  kafka.admin.ConfigCommand \
  kafka.admin.ConfigCommand "$@"
