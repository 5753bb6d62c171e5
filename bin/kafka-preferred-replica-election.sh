#!/usr/bin/env bash
# Stock Kafka's preferred replica election tool; it went with 3.0, see internal/stock-tool.sh.
exec "$(dirname "${BASH_SOURCE[0]}")/internal/stock-tool.sh" -tool kafka.admin.PreferredReplicaLeaderElectionCommand - - "$@"
