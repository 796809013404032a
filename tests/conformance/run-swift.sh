#!/usr/bin/env bash
# builds and runs the runner in Swift: run-swift.sh ENDPOINT CASES_FILE WORK_FOLDER
source "$(dirname "$0")/../lanes/common.bash"
need mmdebstrap mmdebstrap
runner=$root/build/conformance/swift
# Sanitized, so that nothing is left behind on any path; leaks.txt names what leaks in Foundation.
quietly tests/swift/run.sh swift build --disable-sandbox --sanitize=address -Xswiftc -warnings-as-errors \
    --package-path tests/conformance/swift/runner --scratch-path "$runner"
exec tests/swift/run.sh \
    env "LSAN_OPTIONS=suppressions=$root/tests/conformance/swift/leaks.txt:print_suppressions=0" \
    "$runner/debug/conformance" "$@"
