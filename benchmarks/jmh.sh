#!/usr/bin/env bash
# JMH for what is hot inside the broker. benchmarks/jmh.sh [PATTERN]; with options they are JMH's own (-h lists them).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/internal/java-program.sh"
run_java_program org.odradek.benchmarks.micro.Jmh "$@"
