#!/usr/bin/env bash
# ten threads share a client under ThreadSanitizer, in C, in Rust and in std; a planted race is found
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need clang clang

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=$(rustc -vV | sed -n 's/^host: //p')
tools=$root/.tools # for rust-src.bash

cargo build --quiet --locked -p dev-server

# std's source, so that std is instrumented too: without it every channel and lock is a false alarm.
# shellcheck source=tests/lanes/rust-src.bash
source tests/lanes/rust-src.bash

RUSTFLAGS=-Zsanitizer=thread CARGO_TARGET_DIR=$out/tsan \
    quietly cargo rustc --locked -Zbuild-std=std,panic_unwind --lib --crate-type cdylib --target "$target"
library=$out/tsan/$target/debug/libupgradelink.so
ln -s "$library" "$work/libupgradelink.so.0"
runtime=$(rustc --print sysroot)/lib/rustlib/$target/lib/librustc-stable_rt.tsan.a

# compiled SOURCE PROGRAM: the runtime is rustc's, whatever the age of clang.
compiled() {
    clang -std=gnu11 -g -O1 -fsanitize=thread -fno-sanitize-link-runtime -Wall -Wextra -Werror -pthread \
        -Iinclude "$1" "$library" "-Wl,-rpath,$work" -o "$2" -Wl,--whole-archive "$runtime" \
        -Wl,--no-whole-archive -Wl,--export-dynamic -lpthread -ldl -lm -lrt -lresolv -lstdc++
}
compiled tests/c/abi.c "$work/abi"
compiled tests/c/planted.c "$work/planted"
export TSAN_OPTIONS=exitcode=9

status=0
"$work/planted" race >"$work/said" 2>&1 || status=$?
if [ $status -ne 9 ] || ! grep -q 'data race' "$work/said"; then
    echo "a planted race was not found (status $status):"
    cat "$work/said"
    exit 1
fi
nm "$library" | grep __tsan_write >/dev/null || { echo "the library is not instrumented"; exit 1; }
echo "a planted race is found"

for scenario in threads calls; do
    # shellcheck disable=SC2016
    scripts/with-dev-server.sh --quiet -- bash -c '"$1" "$2" "$UPGRADELINK_ENDPOINT"' - "$work/abi" $scenario
    echo "$scenario: clean"
done
