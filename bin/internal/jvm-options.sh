# Sourced: the broker's JVM options, and its AOT cache.
heap_default="-Xms24m -Xmx1g"
aot_cache=$root/broker/target/dist/odradek.aot

jvm_options() { # sets the array jvm, and own: how many of it are ours, before those of whoever starts it
  # Few objects live long (records stay in the page cache), so the serial collector's small footprint wins, and a small
  # heap is enough to begin with (docs/adr/0005-heap-and-collector.md).
  jvm=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError
    --enable-native-access=ALL-UNNAMED -Djava.awt.headless=true)
  # Four times the usual use before the optimising compiler takes a method up: with the usual thresholds it took
  # about twice the CPU of serving the requests in a produce run of some seconds (docs/performance.md).
  optimise_after 4
  # The path of an append is inlined whole into two methods otherwise, each of which takes half a second to optimise, and
  # runs no faster then (docs/performance.md).
  jvm+=(-XX:FreqInlineSize=190)
  # Netty's buffers without Unsafe cost the optimising compiler twice the time, and the start a linker for native calls.
  # Up to the JDKs that are known to have the option.
  [ "$java_version" -gt 26 ] || jvm+=(--sun-misc-unsafe-memory-access=allow -Dio.netty.noUnsafe=false)
  # Netty's events for Java Flight Recorder are in no AOT cache: the first buffer of a start took a tenth of a second more.
  jvm+=(-Dio.netty.jfr.enabled=false)
  # Netty's search for lost buffers takes a stack trace of one buffer in 128: 5 % of the CPU of encrypted reads. Tests search all.
  jvm+=(-Dio.netty.leakDetection.level=disabled)
  # What compiling took from malloc goes back to the kernel: ten to twenty MiB.
  jvm+=(-XX:TrimNativeHeapInterval=5000)
  # What threads keep to write heap buffers through, or each keeps one as large as its largest batch.
  jvm+=(-Djdk.nio.maxCachedBufferSize=262144)
  own=${#jvm[@]}
  local word
  # KAFKA_OPTS as Kafka's scripts take it: -Djava.security.auth.login.config=FILE is usually there
  for word in ${ODRADEK_HEAP_OPTS:-$heap_default} ${KAFKA_OPTS:-} ${ODRADEK_OPTS:-}; do jvm+=("$word"); done
}

optimise_after() { # times the usual use; appends to jvm
  jvm+=("-XX:Tier4InvocationThreshold=$(($1 * 5000))" "-XX:Tier4MinInvocationThreshold=$(($1 * 600))"
    "-XX:Tier4CompileThreshold=$(($1 * 15000))" "-XX:Tier4BackEdgeThreshold=$(($1 * 40000))")
}

# As with Kafka's scripts, JMX_PORT opens the JVM's JMX agent; on this machine only, as it asks nobody who he is.
jmx_options() { # appends to jvm
  local agent=com.sun.management.jmxremote
  [ -n "${JMX_PORT:-}" ] || return 0
  jvm+=("-D$agent" "-D$agent.port=$JMX_PORT" "-D$agent.rmi.port=$JMX_PORT" "-D$agent.host=127.0.0.1"
    "-D$agent.authenticate=false" "-D$agent.ssl=false" -Djava.rmi.server.hostname=127.0.0.1)
}

# The AOT cache holds the classes of a start already loaded and linked, and what is hot when clients are served, with
# profiles: much of that is compiled early (make_aot_cache in aot-training.sh).
aot_cache_is_current() { # made by this JDK from these jars
  local jar made_by
  [ -r "$aot_cache" ] && read -r made_by < "$aot_cache.jdk" || return 1
  [ "$made_by" = "$java_home" ] || return 1
  for jar in "$libs"/*.jar; do
    [ "$aot_cache" -nt "$jar" ] || return 1
  done
}

use_aot_cache() { # inserts into jvm; without a cache that fits the JVM goes on as if there were none
  aot_cache_is_current || return 0
  local others=("${jvm[@]:own}")
  jvm=("${jvm[@]:0:own}" "-XX:AOTCache=$aot_cache" -Xlog:aot=off -Xlog:cds=off)
  # What the training had optimised is so early. Much of what it had not is called once for each fetch or so, and serves
  # gigabytes before it has earned what compiling it costs (docs/performance.md).
  optimise_after 20
  # JDK 25 only, as a JVM that does not know a diagnostic option does not start:
  # - The cache stays at the address it was made for, where that is free: nothing in it has to be rewritten, so a tenth of
  #   the start's CPU is saved, and half of it stays clean pages of the file, shared by all brokers of a machine.
  # - Calls are inlined however rare the profiles in the cache call them, as these are wrong for much of what is hot
  #   (docs/performance.md).
  [ "$java_version" -ne 25 ] ||
    jvm+=(-XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:MinInlineFrequencyRatio=0)
  jvm+=(${others[@]+"${others[@]}"})
}
