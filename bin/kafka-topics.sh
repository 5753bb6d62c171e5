#!/usr/bin/env bash
exec "$(dirname "$0")/internal/stock-tool.sh" -tool kafka.admin.TopicCommand \
  org.apache.kafka.tools.TopicCommand \
  org.apache.kafka.tools.TopicCommand "$@"
