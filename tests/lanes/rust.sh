#!/usr/bin/env bash
# the Rust code: format, lints, documentation, every test, and the builds that leave something out
source "$(dirname "$0")/common.bash"
need minisign minisign
need python3 python3

cargo fmt --all --check
quietly cargo clippy --quiet --locked --workspace --all-targets --all-features -- -D warnings
RUSTDOCFLAGS=-Dwarnings quietly cargo doc --quiet --locked --workspace --no-deps
log=$(mktemp)
cargo test --locked --workspace --no-fail-fast >"$log" 2>&1 || {
    cat "$log"
    exit 1
}
grep '^test result' "$log"
