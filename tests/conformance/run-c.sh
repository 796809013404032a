#!/usr/bin/env bash
# builds and runs the runner in C: run-c.sh ENDPOINT CASES_FILE WORK_FOLDER
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/../lanes/common.bash"
runner=$root/build/conformance/c
mkdir -p "$(dirname "$runner")"
# Sanitized, so that nothing is left behind on any path.
${CC:-cc} -std=c99 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsanitize=address,undefined \
    -I"$stage/include" tests/conformance/c/*.c -o "$runner" -L"$stage/lib" -lupgradelink -Wl,-rpath,"$stage/lib"
exec "$runner" "$@"
