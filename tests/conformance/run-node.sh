#!/usr/bin/env bash
# runs the runner in Node with koffi, which is brought here: run-node.sh ENDPOINT CASES_FILE WORK_FOLDER
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/../lanes/common.bash"
need node nodejs
need npm npm
modules=$root/.tools/node
tests/conformance/node/koffi.sh "$modules"
NODE_PATH=$modules/node_modules exec node tests/conformance/node/runner.js "$@"
