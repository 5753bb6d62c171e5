# Sourced. Looks for a JDK without starting one: the version is read from the `release` file beside it.
#   find_java MINIMUM [MAXIMUM]
#                         sets java_home to the first of $JAVA_HOME, the `java` on the PATH and the known
#                         folders whose version is MINIMUM or later (and MAXIMUM at most); returns 1 where there is none
#   need_java MINIMUM     the same, but ends the script with a line that says what to install

java_version_of() { # folder of a JDK: sets java_version to its feature release, 0 if it is none
  local line
  java_version=0
  [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r line; do
      case $line in
        JAVA_VERSION=\"1.*) line=${line#*1.} ;;
        JAVA_VERSION=\"*) line=${line#*\"} ;;
        *) continue ;;
      esac
      java_version=${line%%[!0-9]*}
      return 0
    done < "$1/release"
  fi
  line=$("$1/bin/java" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.specification.version = //p')
  java_version=${line#1.}
  java_version=${java_version:-0}
}

find_java() {
  local on_path candidate latest=${2:-999}
  java_home=
  if [ -n "${JAVA_HOME:-}" ]; then
    java_version_of "$JAVA_HOME"
    if [ "$java_version" -ge "$1" ] && [ "$java_version" -le "$latest" ]; then java_home=$JAVA_HOME; return 0; fi
  fi
  if on_path=$(command -v java); then
    on_path=$(readlink -f "$on_path")
    candidate=${on_path%/bin/java}
    java_version_of "$candidate"
    if [ "$java_version" -ge "$1" ] && [ "$java_version" -le "$latest" ]; then java_home=$candidate; return 0; fi
  fi
  for candidate in /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/*java* "$HOME"/.sdkman/candidates/java/* \
    "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -x "$candidate/bin/javac" ] || continue
    java_version_of "$candidate"
    if [ "$java_version" -ge "$1" ] && [ "$java_version" -le "$latest" ]; then java_home=$candidate; return 0; fi
  done
  return 1
}

need_java() {
  find_java "$1" && return
  echo "No JDK $1 or later found (JAVA_HOME, PATH, /usr/lib/jvm). Install one, for example the Debian package" \
    "openjdk-$1-jdk-headless, or Temurin $1 from https://adoptium.net, and set JAVA_HOME if it is in an unusual place." >&2
  exit 1
}
