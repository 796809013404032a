#!/usr/bin/env bash
# the C and C++ examples neither leak nor touch what is not theirs
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need valgrind valgrind

make -s build/check build/minimal build/check-cpp dev-server
for program in check minimal check-cpp; do
    # shellcheck disable=SC2016
    quietly scripts/with-dev-server.sh --quiet -- sh -c \
        'valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
            --fair-sched=yes "$1" "$UPGRADELINK_ENDPOINT"' sh "build/$program"
    echo "$program is clean"
done
