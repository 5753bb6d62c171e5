#!/usr/bin/env bash
# Called by the build before Maven selects its toolchain, whose own error does not say what to do.
# Only speaks; the selection itself decides, as it also knows ~/.m2/toolchains.xml.
. "$(dirname "${BASH_SOURCE[0]}")/find-java.sh"
[ -f "$HOME/.m2/toolchains.xml" ] || (need_java "$1") 2>&1 | sed 's/^/[ERROR] /'
