#!/usr/bin/env bash
# Brings koffi into a folder, unless it is there: koffi.sh FOLDER
set -euo pipefail
version=3.3.4
mkdir -p "$1"
exec 9>"$1.lock"
flock 9 # lanes run side by side
installed=$1/node_modules/koffi/package.json
if ! grep -qs "\"version\": \"$version\"" "$installed"; then
    npm install --silent --prefix "$1" --no-audit --no-fund "koffi@$version" >/dev/null
fi
