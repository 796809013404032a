#!/usr/bin/env bash
# the Rust code: format, lints, documentation, every test, and the builds that leave something out
source "$(dirname "$0")/common.bash"
need minisign minisign
need python3 python3

cargo fmt --all --check
quietly cargo clippy --quiet --locked --workspace --all-targets --all-features -- -D warnings
RUSTDOCFLAGS=-Dwarnings quietly cargo doc --quiet --locked --workspace --no-deps
export UPGRADELINK_LONG_RUN=60
log=$(mktemp)
cargo test --locked --workspace --no-fail-fast >"$log" 2>&1 || {
    cat "$log"
    exit 1
}
grep '^test result' "$log"

# What a build leaves out answers UNSUPPORTED; what is off by default works when it is on.
export CARGO_TARGET_DIR=$out/features
for features in "" http http,fetch fetch,patch,zlib; do
    quietly cargo clippy --quiet --locked --lib --no-default-features --features "$features" -- -D warnings
    echo "builds with only: ${features:-nothing}"
done
quietly cargo test --quiet --locked --features platform-verifier --test platform_roots
quietly cargo test --quiet --locked --no-default-features --features fetch,zlib --test transport
echo "the host's own HTTP works in a build without ours"
