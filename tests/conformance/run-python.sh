#!/usr/bin/env bash
# runs the runner in Python: run-python.sh ENDPOINT CASES_FILE WORK_FOLDER
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/../lanes/common.bash"
need python3 python3
exec python3 -B tests/conformance/python/runner.py "$@"
