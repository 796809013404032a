#!/usr/bin/env bash
# the C ABI with AddressSanitizer in C and in Rust: clean; planted bugs are found
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
target=$(rustc -vV | sed -n 's/^host: //p')

cargo build --quiet --locked -p dev-server
# Nightly's flags for this lane alone; --target keeps them from build scripts.
RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=$out/asan \
    cargo rustc --quiet --locked --lib --crate-type cdylib --target "$target"
library=$out/asan/$target/debug/libupgradelink.so
ln -s "$library" "$work/libupgradelink.so.0"

# compiled SOURCE PROGRAM
compiled() {
    gcc -std=gnu11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -Wall -Wextra -Werror \
        -pthread -Iinclude "$1" "$library" "-Wl,-rpath,$work" -o "$2"
}
compiled tests/c/abi.c "$work/abi"
compiled tests/c/planted.c "$work/planted"
export ASAN_OPTIONS=detect_leaks=1:exitcode=9

# Whatever the sanitizer says of the library, it must find these first, the second in Rust code.
for bug in leak use-after-free; do
    status=0
    "$work/planted" $bug >"$work/said" 2>&1 || status=$?
    if [ $status -eq 0 ] || ! grep -q 'upgradelink_query' "$work/said"; then
        echo "a planted $bug was not found (status $status):"
        cat "$work/said"
        exit 1
    fi
done
echo "planted bugs are found"

for scenario in calls threads signals masks guest leave; do
    # shellcheck disable=SC2016
    scripts/with-dev-server.sh --quiet -- bash -c '"$1" "$2" "$UPGRADELINK_ENDPOINT"' - "$work/abi" $scenario
    echo "$scenario: clean"
done
