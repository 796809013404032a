#!/usr/bin/env bash
# Runs the lanes of tests/lanes, or those that are named, and says which failed.
set -uo pipefail

cd "$(dirname "$0")/.." || exit
if [ $# -gt 0 ]; then lanes=("$@"); else lanes=(tests/lanes/*.sh); fi

failed=()
for lane in "${lanes[@]}"; do
    name=$(basename "$lane" .sh)
    echo "== $name: $(sed -n '2s/^# //p' "tests/lanes/$name.sh")"
    started=$SECONDS
    if "tests/lanes/$name.sh"; then
        echo "== $name: passed in $((SECONDS - started)) s"
    else
        echo "== $name: FAILED in $((SECONDS - started)) s"
        failed+=("$name")
    fi
done
echo "== ${#lanes[@]} lanes, ${#failed[@]} failed ${failed[*]-}"
[ ${#failed[@]} -eq 0 ]
