#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.ConsumerGroupCommand \
  org.apache.kafka.tools.consumer.group.ConsumerGroupCommand \
  org.apache.kafka.tools.consumer.group.ConsumerGroupCommand "$@"
