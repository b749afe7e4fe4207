# Read by the scripts beside it: sets jdk to the home of a JDK 17 or newer, or of exactly the version in jdk_only.

# ---- Java: JAVA_HOME, else the newest JDK on the PATH or in the usual places -------------------------------------

jdk='' jdk_feature=0
consider() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  version=$(sed -n 's/^JAVA_VERSION="\(.*\)"/\1/p' "$1/release" 2>/dev/null)
  [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
  feature=${version#1.}
  feature=${feature%%[!0-9]*}
  [ -z "${jdk_only:-}" ] || [ "${feature:-0}" -eq "$jdk_only" ] || return 0
  [ "${feature:-0}" -ge 17 ] && [ "$feature" -gt "$jdk_feature" ] || return 0
  jdk=$1 jdk_feature=$feature
}
[ -z "${JAVA_HOME:-}" ] || consider "$JAVA_HOME"
if [ -z "$jdk" ]; then
  java=$(command -v javac) && java=$(readlink -f "$java" 2>/dev/null) && consider "${java%/bin/javac}"
  for dir in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/*jdk* /opt/*jdk* /opt/java/* /opt/jvm/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    consider "$dir"
  done
fi
[ -n "$jdk" ] || die 69 "no JDK ${jdk_only:-17 or newer} was found: not in JAVA_HOME, not on the PATH, not in the usual places"
