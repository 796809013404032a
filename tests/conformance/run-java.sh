#!/usr/bin/env bash
# builds the library with its natives and the runner in Java, and runs it: run-java.sh ENDPOINT CASES_FILE WORK_FOLDER
source "$(dirname "$0")/../lanes/common.bash"
need javac openjdk-17-jdk-headless

build=$root/build/conformance/java
mkdir -p "$build"
CARGO_TARGET_DIR=$out/jni quietly cargo build --locked --lib --features jni
cp "$out/jni/debug/libupgradelink.so" "$build/"
javac -nowarn --release 8 -Xlint:-options -d "$build" \
    bindings/java/src/main/java/com/toolsetlink/upgradelink/*.java
javac -Xlint:all -Werror -cp "$build" -d "$build" tests/conformance/java/*.java
exec java -Xcheck:jni -Dfile.encoding=UTF-8 -Dsun.jnu.encoding=UTF-8 \
    -Dupgradelink.library="$build/libupgradelink.so" -cp "$build" Runner "$@"
