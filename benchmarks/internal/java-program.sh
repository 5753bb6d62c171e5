# Sourced: runs a Java program of this module, which is built first unless it is there.
. "$(dirname "${BASH_SOURCE[0]}")/../../bin/internal/launch.sh"

build_benchmarks() {
  set -- "$root"/benchmarks/target/lib/benchmarks-*.jar
  [ ! -e "$1" ] || return 0
  command -v mvn > /dev/null || die "The benchmarks are not built yet, and there is no Maven: install it (Debian package maven) and start again."
  echo "Building the broker and the benchmarks with Maven ..." >&2
  (cd "$root" && mvn -q -B -ntp -DskipTests -Dfast -Daot.skip -pl benchmarks -am package) >&2 || die "The build failed; 'mvn -DskipTests package' in $root shows why."
}

# What is measured is what was built: say so when it is not what the sources say.
warn_of_old_build() {
  local newer
  newer=$(find "$root"/{protocol,storage,controller,broker,benchmarks}/src/main -type f -newer "$1" -print -quit)
  [ -z "$newer" ] || echo "Warning: $newer is newer than the build that is measured; 'mvn -DskipTests package' builds it again." >&2
}

run_java_program() { # class, argument...
  local program=$1
  shift
  need_java 25
  jvm_options
  build_if_needed
  build_benchmarks
  warn_of_old_build "$root"/benchmarks/target/lib/benchmarks-*.jar
  # The broker is measured as it is shipped: with its AOT cache.
  aot_cache_is_current || make_aot_cache
  exec "$java_home/bin/java" -XX:+UseSerialGC -Djava.awt.headless=true --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -Dlogback.configurationFile="$root/benchmarks/internal/compare-logback.xml" -cp "$root/benchmarks/target/lib/*" "$program" "$@"
}
