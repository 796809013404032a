#!/usr/bin/env bash
# Runs a command with a toolchain that builds the standard library itself, for targets that are not installed.
#
#   scripts/cross.sh cargo build --target x86_64-pc-windows-gnu
#
# A cargo command gets -Zbuild-std after its subcommand. The library's source is Debian's rust-src of the
# installed rustc, unpacked below .tools/cross; nothing is installed. RUSTC_BOOTSTRAP lets a stable cargo take
# that option: in checks only, never in the build of what is shipped.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
tools=$root/.tools/cross
version=1.95.0
package=rust-src=1.95.0+dfsg1-2~bpo13+1

case $(rustc -V) in
    "rustc $version "*) ;;
    *) echo "cross.sh: rustc is not $version; name the rust-src package of $(rustc -V) in this script" >&2; exit 1 ;;
esac

if [ ! -e "$tools/ready" ]; then
    rm -rf "$tools"
    mkdir -p "$tools"/apt/{lists/partial,archives/partial}
    mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -n 1)
    keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    echo "deb [signed-by=$keyring] $mirror trixie-backports main" >"$tools/apt/sources.list"
    apt=(apt-get -qq -o Dir::Etc::sourcelist="$tools/apt/sources.list" -o Dir::Etc::sourceparts=-
        -o Dir::State::lists="$tools/apt/lists" -o Dir::Cache="$tools/apt"
        -o Acquire::Languages=none -o APT::Sandbox::User=root)
    "${apt[@]}" update
    (cd "$tools/apt" && "${apt[@]}" download "$package")
    dpkg-deb --fsys-tarfile "$tools"/apt/rust-src_*.deb | tar x -C "$tools" "./usr/src/rustc-$version/library"
    cp -al "$(rustc --print sysroot)" "$tools/toolchain" 2>/dev/null ||
        { rm -rf "$tools/toolchain"; cp -a "$(rustc --print sysroot)" "$tools/toolchain"; }
    mkdir -p "$tools/toolchain/lib/rustlib/src/rust"
    ln -sfn "$tools/usr/src/rustc-$version/library" "$tools/toolchain/lib/rustlib/src/rust/library"
    rm -rf "$tools/apt"
    touch "$tools/ready"
fi

export PATH="$tools/toolchain/bin:$PATH" RUSTC_BOOTSTRAP=1
[ "$1" != cargo ] || set -- cargo "$2" -Zbuild-std=std,panic_unwind "${@:3}"
exec "$@"
