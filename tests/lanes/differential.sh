#!/usr/bin/env bash
# patches of random pairs, made by the real tool and applied by ours
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need python3 python3 python3-venv

python3 tests/hdiff_differential.py 300
