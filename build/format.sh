#!/usr/bin/env bash
# Formats every Java file of the project in place, as the build demands it.
set -euo pipefail
cd "$(dirname "$0")/.."
exec mvn -q -B -N process-sources -Dformat.mode=--write
