#!/usr/bin/env bash
# Called by the build once the distribution is there.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/launch.sh"
need_java 25
jvm_options
make_aot_cache
