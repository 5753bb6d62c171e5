#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.BrokerApiVersionsCommand \
  kafka.admin.BrokerApiVersionsCommand \
  org.apache.kafka.tools.BrokerApiVersionsCommand "$@"
