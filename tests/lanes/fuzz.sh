#!/usr/bin/env bash
# readers of what strangers send, fuzzed from a kept corpus; FUZZ_SECONDS for each target, 60 by default
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"

seconds=${1:-${FUZZ_SECONDS:-60}}
shift || :
# Nightly's flags for this lane alone; nothing that is shipped is built here.
export RUSTC_BOOTSTRAP=1
unset CARGO_TARGET_DIR # the fuzzers have a workspace of their own
export PATH=$root/.tools/bin:$PATH

if ! command -v cargo-fuzz >/dev/null; then
    quietly cargo install --locked --root .tools cargo-fuzz
fi
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list)

for target in "${targets[@]}"; do
    quietly cargo fuzz build "$target"
    if [[ $target == hdiff_* ]]; then
        quietly fuzz/hdiff "$seconds" "${target#hdiff_}"
    else
        mkdir -p "fuzz/corpus/$target"
        kept=()
        [ ! -d "fuzz/kept/$target" ] || kept=("fuzz/kept/$target")
        quietly cargo fuzz run "$target" "fuzz/corpus/$target" ${kept[@]+"${kept[@]}"} -- \
            -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
    fi
    echo "$target: $seconds s without a find"
done
