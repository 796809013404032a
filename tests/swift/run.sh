#!/usr/bin/env bash
# Runs a command where Swift 6 is: on this machine, or else in the Debian folder that toolchain.sh makes. The
# command finds the library that `make stage` installed, and this tree and its build folder under their names.
#
#   tests/swift/run.sh COMMAND [ARGUMENT...]
#
# UPGRADELINK_SWIFT names the folder, .tools/swift by default; a cache outside of the tree saves a fresh clone the
# download.
set -euo pipefail

tests=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$tests/../.." && pwd)
stage=$root/build/stage
environment=(env "LD_LIBRARY_PATH=$stage/lib" "PKG_CONFIG_PATH=$stage/lib/pkgconfig" TMPDIR=/tmp)

if swift --version 2>/dev/null | grep -q 'Swift version [6-9]'; then
    exec "${environment[@]}" "$@"
fi
folder=${UPGRADELINK_SWIFT:-$root/.tools/swift}
"$tests/toolchain.sh" "$folder"
BIND=$(printf '%s\n' "$root" "${CARGO_TARGET_DIR:-$root/target}" "${BIND:-}")
export BIND
exec "$tests/in-chroot.sh" "$folder" "${environment[@]}" "$@"
