#!/usr/bin/env bash
# Compares Odradek with stock Kafka 3.9.2 (ZooKeeper) and 4.3.1 (KRaft) on this machine; --help tells the options.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/internal/java-program.sh"
run_java_program org.odradek.benchmarks.compare.Compare "$@"
