#!/usr/bin/env bash
# builds and runs the runner in C#: run-csharp.sh ENDPOINT CASES_FILE WORK_FOLDER
source "$(dirname "$0")/../lanes/common.bash"
source tests/csharp/build.bash "$root/build/conformance/csharp"
build_binding
build_program Conformance tests/conformance/csharp/*.cs
LD_LIBRARY_PATH=$stage/lib exec mono --debug "$csharp/Conformance.exe" "$@"
