#!/usr/bin/env bash
# Runs a command beside a dev server on a free port, and stops the server whatever happens.
#
#   scripts/with-dev-server.sh [SERVER-OPTION...] -- COMMAND [ARGUMENT...]
#
# The command finds the server's address in UPGRADELINK_ENDPOINT; its status is the script's.
# UPGRADELINK_DEV_SERVER names the program, target/debug/upgradelink-dev-server by default.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
server=${UPGRADELINK_DEV_SERVER:-${CARGO_TARGET_DIR:-$root/target}/debug/upgradelink-dev-server}

options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options+=("$1")
    shift
done
[ $# -gt 1 ] || { sed -n '4s/^# *//p' "$0" >&2; exit 2; }
shift

log=$(mktemp)
"$server" --port 0 ${options[@]+"${options[@]}"} >"$log" 2>&1 &
pid=$!
trap 'kill "$pid" 2>/dev/null || :; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

until UPGRADELINK_ENDPOINT=$(sed -n '1s/^listening on //p' "$log") && [ -n "$UPGRADELINK_ENDPOINT" ]; do
    if ! kill -0 "$pid" 2>/dev/null; then
        echo "the dev server ended before it listened:" >&2
        cat "$log" >&2
        exit 1
    fi
    sleep 0.05
done
export UPGRADELINK_ENDPOINT
"$@"
