# What lanes share; to be sourced. Sets the folder, the places of the build, and strictness.
# shellcheck shell=bash disable=SC2034
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
out=${CARGO_TARGET_DIR:-$root/target}
stage=$root/build/stage
export CARGO_TARGET_DIR=$out

# Lanes run side by side: whoever makes what others use holds a lock.
packages=/tmp/upgradelink-apt.lock

# install PACKAGE...: Debian's packages.
install() {
    flock "$packages" apt-get -qq update
    DEBIAN_FRONTEND=noninteractive flock "$packages" apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# need PROGRAM-OR-FILE PACKAGE...: in CI installs Debian's packages, else says how, unless it is there.
need() {
    local wanted=$1
    shift
    # What another lane is installing is there before all that it needs is.
    [ "${CI:-}" != true ] || flock "$packages" true
    if command -v "$wanted" >/dev/null || [ -e "$wanted" ]; then
        return
    fi
    if [ "${CI:-}" = true ]; then
        install "$@"
    else
        echo "$wanted is missing; on Debian: apt-get install $*"
        exit 1
    fi
}

# Runs a command and keeps quiet unless it fails.
quietly() {
    local log
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        echo "failed: $*"
        cat "$log"
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}
