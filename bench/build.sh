# Read by the scripts beside it, after jdk.sh: build DIR PROFILES [WHAT] builds Loam and this module with these Maven profiles into
# target/DIR of each module, on first use or when a source is newer; then work is that folder here and classes the class path.

build() {
  work=$here/target/$1
  newer=first
  if [ -e "$work/stamp" ] && [ -e "$work/run.classpath" ]; then
    newer=$(find "$home/pom.xml" "$home"/*/pom.xml "$home"/*/src/main "$here/src" -newer "$work/stamp" 2>/dev/null | head -n 1)
  fi
  if [ -n "$newer" ]; then
    command -v mvn >/dev/null || die 69 "Maven (mvn) was not found, and the benchmarks must be built first"
    say "building Loam${3:+ and fetching $3}"
    mkdir -p "$work" || exit 70
    : >"$work/stamp.new"
    if ! JAVA_HOME=$jdk mvn -q -B -f "$home/pom.xml" "-Pclass-path${2:+,$2}" -pl bench -am process-classes "-Dloam.target=target/$1" \
      >"$work/build.log" 2>&1 </dev/null; then
      cat "$work/build.log" >&2
      die 70 "the build failed (log above, and in bench/target/$1/build.log)"
    fi
    mv "$work/stamp.new" "$work/stamp"
  fi
  classes=$work/classes:$(cat "$work/run.classpath")
}

# Whether the JDK has the vector module.
has_vector() { "$jdk/bin/java" --list-modules 2>/dev/null | grep -q '^jdk.incubator.vector'; }

# The options that the launcher gives, before those of LOAM_JAVA_OPTS.
usual_options() {
  printf '%s' '-XX:+UseParallelGC -Xmn256m'
  case $(cat /sys/kernel/mm/transparent_hugepage/enabled 2>/dev/null) in
    *'[madvise]'* | *'[always]'*) printf '%s' ' -XX:+UseTransparentHugePages' ;;
  esac
}
