#!/usr/bin/env bash
# the examples in Python and Node check, fetch with progress and cancel
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need python3 python3
need node nodejs
need npm npm

make -s stage dev-server
modules=$root/.tools/node
tests/conformance/node/koffi.sh "$modules"
export NODE_PATH=$modules/node_modules UPGRADELINK_LIBRARY=$stage/lib/libupgradelink.so
export UPGRADELINK_ACCESS_KEY=access UPGRADELINK_SECRET_KEY=secret

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '[[faults]]\non = "/files/app/big.bin"\nrate = 20000\n' |
    cat tests/conformance/catalogue.toml - |
    sed "s|path = \"data/|path = \"$root/tests/conformance/data/|" >"$work/slow.toml"

# with CATALOGUE COMMAND...: beside a service.
with() {
    scripts/with-dev-server.sh --quiet --catalogue "$1" -- "${@:2}"
}

for program in "python3 examples/python/update.py" "node examples/node/update.js"; do
    read -ra update <<<"$program"
    folder=$work/$(basename "${update[1]}")

    said=$(with tests/conformance/catalogue.toml "${update[@]}" apk 1 "$folder")
    [ "$(head -n 1 <<<"$said")" = "version 2.0 is out" ]
    grep -qx "5908 of 5908 bytes" <<<"$said"
    [ "$(tail -n 1 <<<"$said")" = "fetched $folder/new.bin" ]
    cmp "$folder/new.bin" tests/conformance/data/new

    said=$(with tests/conformance/catalogue.toml "${update[@]}" apk 2 "$folder")
    [ "$said" = "already the newest" ]

    said=$(with tests/conformance/catalogue.toml "${update[@]}" nobody 1 "$folder") && exit 1
    grep -q "404001" <<<"$said"

    # Ctrl-C once the first bytes are there.
    said=$(with "$work/slow.toml" tests/conformance/interrupt.sh "[1-9][0-9]* of" "${update[@]}" big 1 "$folder") && exit 1
    [ "$(tail -n 1 <<<"$said")" = "cancelled" ]
    [ -e "$folder/big.bin.part" ]
    [ ! -e "$folder/big.bin" ]
    echo "${update[1]} checks, fetches and cancels"
done
