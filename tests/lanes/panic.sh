#!/usr/bin/env bash
# a panic injected into the release library crosses no export and prints nothing
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --quiet --locked -p dev-server
# One crate type alone: only then does the release profile's LTO take place.
CARGO_TARGET_DIR=$out/inject-panic \
    cargo rustc --quiet --locked --release --lib --crate-type cdylib --features inject-panic
library=$out/inject-panic/release/libupgradelink.so
ln -s "$library" "$work/libupgradelink.so.0"

# compiled SOURCE PROGRAM
compiled() {
    cc -std=gnu11 -Wall -Wextra -Werror -pthread -Iinclude "$1" "$library" "-Wl,-rpath,$work" -o "$2"
}
tests/c/every-export.sh include/upgradelink.h places >"$work/every.c"
compiled "$work/every.c" "$work/every"
compiled tests/c/panic.c "$work/panic"

UPGRADELINK_INJECT_PANIC="export" "$work/every" "$work/gave" >"$work/said" 2>&1
if grep -vE '^upgradelink_error_status status 0$| (status 18|pointer NULL|number 0|number 18446744073709551615|void)$' "$work/gave"; then
    echo "these exports let something else through than INTERNAL or their fallback"
    exit 1
fi
# shellcheck disable=SC2016
scripts/with-dev-server.sh --quiet -- bash -c '"$1" "$UPGRADELINK_ENDPOINT"' - "$work/panic" >>"$work/said" 2>&1
if [ -s "$work/said" ]; then
    echo "the library wrote:"
    cat "$work/said"
    exit 1
fi
echo "$(wc -l <"$work/gave") exports panicked and the host lived on"
