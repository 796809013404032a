#!/usr/bin/env bash
# every language passes the conformance list, and notices when one expectation is spoilt
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
tests/conformance/run.sh
