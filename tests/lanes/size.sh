#!/usr/bin/env bash
# the stripped release library keeps to its budget
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"

budget=${UPGRADELINK_SIZE_BUDGET:-2250000}
make -s library
cp "$out/release/libupgradelink.so" "$root/build/stripped.so"
strip --strip-unneeded "$root/build/stripped.so"
size=$(wc -c <"$root/build/stripped.so")
echo "$size bytes of at most $budget"
[ "$size" -le "$budget" ]

CARGO_TARGET_DIR=$out/without-http quietly cargo rustc --quiet --release --locked --lib --crate-type cdylib \
    --no-default-features --features fetch,zlib,bz2,lzma,zstd
strip --strip-unneeded -o "$root/build/without-http.so" "$out/without-http/release/libupgradelink.so"
echo "$(wc -c <"$root/build/without-http.so") bytes without the built-in HTTP"
