#!/usr/bin/env bash
# Runs every benchmark of benches/*/run. They print figures and bars; none fails on time.
set -euo pipefail

cd "$(dirname "$0")/.."
for bench in benches/*/run; do
    echo "== $bench: $(sed -n '2s/^# *//p' "$bench")"
    "$bench"
done
