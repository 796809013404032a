#!/usr/bin/env bash
# runs the runner in Node with koffi, which is brought here: run-node.sh ENDPOINT CASES_FILE WORK_FOLDER
source "$(dirname "$0")/../lanes/common.bash"
need node nodejs
need npm npm
modules=$root/.tools/node
koffi=3.3.4
if [ "$(sed -n 's/^ *"version": "\(.*\)",/\1/p' "$modules/node_modules/koffi/package.json" 2>/dev/null)" != "$koffi" ]; then
    quietly npm install --prefix "$modules" --no-audit --no-fund "koffi@$koffi"
fi
NODE_PATH=$modules/node_modules exec node tests/conformance/node/runner.js "$@"
