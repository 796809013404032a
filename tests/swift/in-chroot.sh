#!/usr/bin/env bash
# Runs a command inside a Debian folder, with /proc, /dev and the folders named in BIND (one on each
# line), in the folder that is the current one here. Nothing stays mounted.
#
#   BIND=... tests/swift/in-chroot.sh FOLDER COMMAND [ARGUMENT...]
set -euo pipefail

# shellcheck disable=SC2016 # the inner shell expands them
exec unshare --mount --fork bash -euc '
    chroot=$1
    shift
    mount --make-rprivate /
    mount -t proc proc "$chroot/proc"
    mount --rbind /dev "$chroot/dev"
    while IFS= read -r folder; do
        [ -n "$folder" ] || continue
        mkdir -p "$chroot$folder"
        mount --rbind "$folder" "$chroot$folder"
    done <<<"${BIND:-}"
    exec chroot "$chroot" env -C "$PWD" "$@"' _ "$@"
