#!/usr/bin/env bash
# builds and runs the runner in C++: run-cpp.sh ENDPOINT CASES_FILE WORK_FOLDER
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/../lanes/common.bash"
runner=$root/build/conformance/cpp
mkdir -p "$(dirname "$runner")"
${CXX:-c++} -std=c++17 -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -fsanitize=address,undefined \
    -I"$stage/include" tests/conformance/cpp/runner.cpp -o "$runner" \
    -L"$stage/lib" -lupgradelink -Wl,-rpath,"$stage/lib" -pthread
exec "$runner" "$@"
