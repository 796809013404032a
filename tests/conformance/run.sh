#!/usr/bin/env bash
# Runs the conformance list in every language or in those that are named, then again with one expectation
# spoilt, then a list of mistakes. Each must pass the same number of cases, notice the one, and all of the others.
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/../lanes/common.bash"

here=$root/tests/conformance
build=$root/build/conformance
languages=(c cpp java csharp swift python node)
[ $# -eq 0 ] || languages=("$@")
if [ "${CI:-}" = true ] && [ -n "${CONFORMANCE_SKIP:-}" ]; then
    echo "CONFORMANCE_SKIP is for local use"
    exit 1
fi

make -s stage dev-server
export UPGRADELINK_LIBRARY=$stage/lib/libupgradelink.so UPGRADELINK_HEADER=$stage/include/upgradelink.h

python3 "$here/coverage.py" include/upgradelink.h "$here/cases.txt"

# The same list, but for one expectation.
spoilt=$build/spoilt
rm -rf "$spoilt"
mkdir -p "$spoilt"
cp -r "$here/data" "$spoilt/data"
mistakes=$(grep -c '^case ' "$here/wrong.txt")
sed '0,/^expect strategy.version_code 2$/s//expect strategy.version_code 3/' "$here/cases.txt" >"$spoilt/cases.txt"
if [ "$(diff "$here/cases.txt" "$spoilt/cases.txt" | grep -c '^>')" -ne 1 ]; then
    echo "the list has no expectation to spoil"
    exit 1
fi

# run LANGUAGE CASES_FILE: prints what the runner says, against a server of its own.
run() {
    local work=$build/work/$1
    rm -rf "$work"
    mkdir -p "$work"
    # shellcheck disable=SC2016 # the address is known inside only
    scripts/with-dev-server.sh --quiet --admin --catalogue "$here/catalogue.toml" -- \
        bash -c '"$0" "$UPGRADELINK_ENDPOINT" "$1" "$2"' "$here/run-$1.sh" "$2" "$work" 2>&1
}

cases=$(grep -c '^case ' "$here/cases.txt")
summary=()
failed=0
for language in "${languages[@]}"; do
    if [[ " ${CONFORMANCE_SKIP:-} " == *" $language "* ]]; then
        summary+=("$language: skipped, as CONFORMANCE_SKIP says")
        continue
    fi
    if [ ! -x "$here/run-$language.sh" ]; then
        summary+=("$language: run-$language.sh is missing")
        failed=1
        continue
    fi
    said=$(run "$language" "$here/cases.txt") || :
    line=$(tail -n 1 <<<"$said")
    if [ "$line" != "$language: $cases passed, 0 failed" ]; then
        echo "$said"
        failed=1
    fi
    summary+=("$line")
    said=$(run "$language" "$spoilt/cases.txt") && status=0 || status=$?
    if [ "$(tail -n 1 <<<"$said")" != "$language: $((cases - 1)) passed, 1 failed" ] || [ "$status" -eq 0 ]; then
        echo "$language: with one expectation spoilt 1 failure and a status were due, not $status and"
        echo "$said"
        failed=1
    fi
    said=$(run "$language" "$here/wrong.txt") || :
    if [ "$(tail -n 1 <<<"$said")" != "$language: 0 passed, $mistakes failed" ]; then
        echo "$language: the $mistakes mistakes of wrong.txt were to be noticed, but"
        echo "$said"
        failed=1
    fi
done
echo "with one expectation spoilt:$([ $failed -eq 0 ] && echo " 1 failed in each" || echo " see above")"
printf '%s\n' "${summary[@]}"
exit $failed
