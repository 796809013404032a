#!/usr/bin/env bash
# the Swift binding covers the header, does what it says, also under the thread sanitizer, and is released whole
source "$(dirname "$0")/common.bash"
need mmdebstrap mmdebstrap
need python3 python3

make -s stage dev-server
swift=$root/tests/swift/run.sh
package=bindings/swift
build=$root/build/swift
mkdir -p "$build"

python3 tests/swift/coverage.py include/upgradelink.h "$package/Sources/UpgradeLink"

# builds WHAT PACKAGE FOLDER [OPTION...]: a package, in which every warning is an error.
builds() {
    local what=$1 path=$2 folder=$3
    shift 3
    quietly "$swift" swift build --disable-sandbox --package-path "$path" --scratch-path "$folder" \
        -Xswiftc -warnings-as-errors "$@"
    echo "$what builds without a warning"
}

# served CATALOGUE COMMAND...: beside a dev server that is told what to do.
served() {
    scripts/with-dev-server.sh --quiet --admin --catalogue "$1" -- "${@:2}"
}

# tests WHAT FOLDER [OPTION...]
tests() {
    builds "the binding $1" "$package" "$2" --build-tests "${@:3}"
    # Swift Testing's own closing line says how many ran; without it nothing did.
    served $package/Tests/catalogue.toml "$swift" swift test --disable-sandbox --package-path "$package" \
        --scratch-path "$2" --skip-build --disable-xctest "${@:3}" >"$2.log" 2>&1 || {
        grep -v -E '^(◇|✔)' "$2.log"
        exit 1
    }
    grep -E 'Test run with [1-9][0-9]* tests passed' "$2.log"
}

tests "for debugging" "$build/debug"
tests "with the thread sanitizer" "$build/thread" --sanitize=thread
nm "$build/thread/debug/"*PackageTests.xctest | grep __tsan_init >/dev/null
if grep "WARNING: ThreadSanitizer" "$build/thread.log"; then exit 1; fi

builds "the optimised example" examples/swift/update "$build/update" -c release
served dev-server/catalogues/example.toml "$swift" "$build/update/release/update"

builds "the first program" examples/swift/minimal "$build/minimal"
# shellcheck disable=SC2016
scripts/with-dev-server.sh --quiet -- sh -c '"$1" "$2" "$UPGRADELINK_ENDPOINT"' - "$swift" "$build/minimal/debug/minimal" |
    grep -x "v2 is out: http://file.com/2.exe"

# What is released builds by itself, far from this tree; so do the programs of its page, and the first one works.
program=$build/program
rm -rf "$program/Sources"
$package/release.sh "$build/UpgradeLink" >/dev/null
mkdir -p "$program"
cp tests/swift/program/Package.swift "$program"
python3 tests/swift/page.py docs/swift.md "$program/Sources/program"
sed -i 's|"http://127.0.0.1:8888"|ProcessInfo.processInfo.environment["UPGRADELINK_ENDPOINT"]|' \
    "$program/Sources/program/main.swift"
builds "a program of docs/swift.md with the released package" "$program" "$program/.build"
served dev-server/catalogues/example.toml "$swift" "$program/.build/debug/program" |
    grep "version 2.0 is out: Version 2 is faster"
