#!/usr/bin/env bash
# the C++ binding does what it says, in three standards, with two compilers, sanitized and over TLS
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need /usr/include/doctest/doctest.h doctest-dev
need clang++ clang

make -s stage dev-server
build=$root/build/cpp
mkdir -p "$build"

# tests COMPILER STANDARD NAME [OPTION...]: builds and runs them.
tests() {
    local compiler=$1 standard=$2 name=$build/$3
    shift 3
    local flags=(-std="c++$standard" -g -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror "$@")
    flags+=(-I"$stage/include" -isystem /usr/include/doctest)
    "$compiler" "${flags[@]}" -fno-exceptions -c tests/cpp/quiet.cpp -o "$name.quiet.o"
    "$compiler" "${flags[@]}" tests/cpp/tests.cpp tests/cpp/files.cpp "$name.quiet.o" -o "$name" \
        -L"$stage/lib" -lupgradelink -Wl,-rpath,"$stage/lib" -pthread
    run "$compiler c++$standard $*" "$name"
}

# run WHAT PROGRAM [SERVER-OPTION...]
run() {
    echo "-- $1"
    scripts/with-dev-server.sh --quiet --catalogue tests/cpp/catalogue.toml --host-folder tests/data/hdiff "${@:3}" -- "$2" --no-intro
}

tests g++ 17 gcc17
tests g++ 23 gcc23 -O2
tests clang++ 20 clang20
tests g++ 20 sanitized -fsanitize=address,undefined -fno-sanitize-recover=all
nm "$build/sanitized" | grep __asan_init >/dev/null

export UPGRADELINK_CA=$build/ca.pem
run "over TLS" "$build/gcc17" --tls --ca-file "$UPGRADELINK_CA"
