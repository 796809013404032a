#!/usr/bin/env bash
# patches of random pairs, made by the real tool in every container and applied by ours; [PAIRS [SEED]]
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
# shellcheck source=tests/lanes/hdiffz.bash
source tests/lanes/hdiffz.bash

python3 tests/hdiff_differential.py "$@"
