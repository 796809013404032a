#!/usr/bin/env bash
# the Java binding does what it says: on a JVM with checked JNI, with flat memory, and with a sanitized library
source "$(dirname "$0")/common.bash"
need javac openjdk-17-jdk-headless
need mvn maven

build=$root/build/java
sources=bindings/java/src/main/java/com/toolsetlink/upgradelink
junit=$root/.tools/java/junit-platform-console-standalone-1.11.4.jar
rm -rf "$build"
mkdir -p "$build/tmp"
[ -f "$junit" ] || quietly mvn -q -B dependency:copy -DoutputDirectory="${junit%/*}" \
    -Dartifact=org.junit.platform:junit-platform-console-standalone:1.11.4

javac --release 8 -Xlint:all,-options,-serial -Werror -d "$build/classes" $sources/*.java
javac -Xlint:all -Werror -cp "$build/classes:$junit" -d "$build/tests" bindings/java/src/test/java/com/toolsetlink/upgradelink/*.java
tests/java/page.py docs/java.md "$build/page"
javac --release 8 -Xlint:all,-options -Werror -cp "$build/classes" -d "$build/page" "$build"/page/*.java
# What the first sentence says needs no tag.
if javadoc -quiet -Xdoclint:all -Xmaxwarns 1000 -d "$build/javadoc" $sources/*.java 2>&1 \
    | grep -E 'warning:|error:' | grep -vE 'no @(param|return|throws)'; then
    exit 1
fi
echo "-- the sources are Java 8, every public member is documented, and what docs/java.md shows compiles"

# library NAME FEATURES: builds the library with the natives, and puts it beside the classes. Not where others build:
# cargo gives the library one name whatever its features.
library() {
    CARGO_TARGET_DIR=$out/jni quietly cargo build --locked --lib --features "$2"
    cp "$out/jni/debug/libupgradelink.so" "$build/$1.so"
}
make -s dev-server

# checked NAME LIBRARY [JUNIT-OPTION...]: runs the tests; what checked JNI has to say fails them.
checked() {
    local name=$1 library=$2
    shift 2
    echo "-- $name"
    local run=(java -Xcheck:jni ${jvm[@]+"${jvm[@]}"} -Djava.io.tmpdir="$build/tmp" -Dupgradelink.root="$root" -Dupgradelink.library="$library"
        -cp "$build/classes:$build/tests:$junit" org.junit.platform.console.ConsoleLauncher execute
        --disable-banner --details=summary --fail-if-no-tests "$@")
    scripts/with-dev-server.sh --quiet --admin --catalogue tests/conformance/catalogue.toml \
        -- env ${variables[@]+"${variables[@]}"} "${run[@]}" >"$build/log" 2>&1 || { cat "$build/log"; exit 1; }
    grep -E 'tests (successful|failed)|memory grew' "$build/log"
    if grep -E '^WARNING|FATAL ERROR in native' "$build/log"; then
        echo "checked JNI has found something"
        exit 1
    fi
}
most=(--scan-class-path="$build/tests" --exclude-classname '.*MemoryTest')

library plain jni
exports=$(nm -D --defined-only "$build/plain.so" | awk '{ print $3 }')
if [ "$(grep -v '^upgradelink_' <<<"$exports")" != JNI_OnLoad ]; then
    echo "only JNI_OnLoad and upgradelink_* may be exported"
    exit 1
fi
checked "checked JNI" "$build/plain.so" "${most[@]}"

echo "-- the examples"
javac --release 8 -Xlint:all,-options -Werror -cp "$build/classes" -d "$build/example" examples/java/*.java
# shellcheck disable=SC2016
scripts/with-dev-server.sh --quiet -- sh -c '"$@" "$UPGRADELINK_ENDPOINT"' - \
    java -Xcheck:jni -Dupgradelink.library="$build/plain.so" -cp "$build/classes:$build/example" Minimal |
    grep -x "v2 is out: http://file.com/2.exe"
scripts/with-dev-server.sh --quiet --catalogue dev-server/catalogues/example.toml -- \
    java -Xcheck:jni -Dupgradelink.library="$build/plain.so" -cp "$build/classes:$build/example" Update "$build/fetched" \
    >"$build/log"
for line in '2.0, PROMPT: Version 2 is faster & <smaller>' 'stopped half way' '100 %' \
    'app 2.apk: 200000 bytes, RESUMED, MD5 is right'; do
    grep -qxF "$line" "$build/log" || { cat "$build/log"; exit 1; }
done

jvm=(-Xms48m -Xmx48m -XX:+AlwaysPreTouch)
checked "a million calls" "$build/plain.so" --select-class com.toolsetlink.upgradelink.MemoryTest
jvm=()

library panicking jni,inject-panic
variables=(UPGRADELINK_INJECT_PANIC=export)
checked "a panic in every native" "$build/panicking.so" --select-method \
    com.toolsetlink.upgradelink.SurfaceTest#everyNativeRefusesNothingsAndOnlyWithTheExceptionOfTheLibrary

# --target keeps the flag away from build scripts.
target=$(rustc -vV | sed -n 's/^host: //p')
RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=$out/jni \
    quietly cargo build --locked --lib --features jni --target "$target"
sanitized=$out/jni/$target/debug/libupgradelink.so
nm -D "$sanitized" | grep __asan_init >/dev/null
runtime=$(gcc -print-file-name=libasan.so)
# The VM uses SIGSEGV itself, and never frees what it holds at its end.
variables=(LD_PRELOAD="$runtime" ASAN_OPTIONS=handle_segv=0:detect_leaks=0:abort_on_error=1)
checked "with AddressSanitizer" "$sanitized" "${most[@]}"
