#!/usr/bin/env bash
# Runs the lanes of tests/lanes, or those that are named, JOBS at a time, and says which failed.
set -uo pipefail

cd "$(dirname "$0")/.." || exit
jobs=${JOBS:-$([ "${CI:-}" = true ] && nproc || echo 1)}
# The long ones first, so that none is left alone at the end.
first=(fuzz rust swift windows android java tsan)
all=()
for name in "${first[@]}"; do
    [ ! -e "tests/lanes/$name.sh" ] || all+=("$name")
done
for lane in tests/lanes/*.sh; do
    name=$(basename "$lane" .sh)
    [[ " ${all[*]} " == *" $name "* ]] || all+=("$name")
done
if [ $# -gt 0 ]; then all=("$@"); fi

logs=build/lanes
rm -rf "$logs"
mkdir -p "$logs"

# Runs a lane, keeps what it prints together, and leaves its outcome in a file.
run() {
    local started=$SECONDS outcome=passed
    # A lane that hangs must not keep the others from being heard.
    timeout -k 30 2400 "tests/lanes/$1.sh" </dev/null >"$logs/$1.log" 2>&1 || outcome=FAILED
    {
        flock 9
        echo "== $1: $(sed -n '2s/^# //p' "tests/lanes/$1.sh")"
        cat "$logs/$1.log"
        printf '== %s: %s in %d.%d min\n' "$1" "$outcome" $(((SECONDS - started) / 60)) \
            $(((SECONDS - started) % 60 / 6))
    } 9>"$logs/.turn"
    [ "$outcome" != FAILED ] && touch "$logs/$1.passed"
}

for name in "${all[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
    run "$name" &
done
wait

failed=()
for name in "${all[@]}"; do
    [ -e "$logs/$name.passed" ] || failed+=("$name")
done
echo "failed lanes: ${failed[*]:-none}, in $((SECONDS / 60)) min"
echo "$((${#all[@]} - ${#failed[@]})) passed, ${#failed[@]} failed"
[ ${#failed[@]} -eq 0 ]
