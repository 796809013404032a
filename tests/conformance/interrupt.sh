#!/usr/bin/env bash
# Runs a program and sends it Ctrl-C once it has printed something: interrupt.sh PATTERN PROGRAM [ARGUMENT...]
set -euo pipefail
said=$(mktemp)
trap 'rm -f "$said"' EXIT
set -m # or the program would be started with SIGINT ignored
PYTHONUNBUFFERED=1 "${@:2}" >"$said" 2>&1 &
until grep -q "$1" "$said"; do
    kill -0 $! 2>/dev/null || break
    sleep 0.05
done
kill -INT $! 2>/dev/null || :
wait $! && status=0 || status=$?
cat "$said"
exit "$status"
