# Sourced: the broker's JVM options, in the array jvm.
heap_default="-Xms64m -Xmx1g"

jvm_options() {
  # Few objects live long (records stay in mapped files), so the serial collector's small footprint wins.
  jvm=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError
    --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true)
  local word
  for word in ${ODRADEK_HEAP_OPTS:-$heap_default} ${ODRADEK_OPTS:-}; do jvm+=("$word"); done
}
