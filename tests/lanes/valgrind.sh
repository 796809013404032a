#!/usr/bin/env bash
# the C ABI and the examples under valgrind: no invalid access, no leak; a planted one is found
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need valgrind valgrind libc6-dbg

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo build --quiet --locked -p dev-server
cargo rustc --quiet --locked --lib --crate-type cdylib
cp "$out/debug/libupgradelink.so" "$work/libupgradelink.so.0" # other lanes build other ones

# compiled SOURCE PROGRAM [OPTION...]
compiled() {
    cc -std=gnu11 -g -O1 -Wall -Wextra -Werror -pthread -Iinclude "$1" "$work/libupgradelink.so.0" \
        "-Wl,-rpath,$work" -o "$2" "${@:3}"
}
compiled tests/c/abi.c "$work/abi"
compiled tests/c/planted.c "$work/planted"

memcheck=(valgrind --quiet --error-exitcode=9 --leak-check=full --show-leak-kinds=definite
    --errors-for-leak-kinds=definite --fair-sched=yes)

# Whatever the tool finds in the library, it must find these first.
for bug in leak use-after-free; do
    status=0
    "${memcheck[@]}" "$work/planted" $bug >"$work/said" 2>&1 || status=$?
    if [ $status -ne 9 ]; then
        echo "a planted $bug was not found (status $status):"
        cat "$work/said"
        exit 1
    fi
done
echo "planted bugs are found"

# Not fork: what the child leaves behind of its parent is no leak of the library.
for scenario in calls threads guest; do
    # shellcheck disable=SC2016
    scripts/with-dev-server.sh --quiet -- bash -c '"${@:2}" "$1" "$UPGRADELINK_ENDPOINT"' - $scenario \
        "${memcheck[@]}" "$work/abi"
    echo "$scenario: clean"
done

make -s build/check build/minimal build/check-cpp dev-server
for program in check minimal check-cpp; do
    # shellcheck disable=SC2016
    quietly scripts/with-dev-server.sh --quiet -- sh -c \
        'valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
            --fair-sched=yes "$1" "$UPGRADELINK_ENDPOINT"' sh "build/$program"
    echo "$program is clean"
done
