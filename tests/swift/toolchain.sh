#!/usr/bin/env bash
# Brings Swift 6.0.3 to a folder, as a Debian trixie of its own without what a command-line build
# leaves unused: 1.4 GB, a few minutes. Does nothing where it is there already.
#
#   tests/swift/toolchain.sh FOLDER
set -euo pipefail

folder=$1
if [ -e "$folder/usr/bin/swift" ]; then
    exit
fi
if [ "$(id -u)" != 0 ]; then
    echo "the Swift toolchain lies in a folder for chroot: run this as root" >&2
    exit 1
fi

mirror=${UPGRADELINK_DEBIAN_MIRROR:-}
if [ -z "$mirror" ] && [ -f /etc/apt/sources.list.d/debian.sources ]; then
    mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
fi

toolchain=/usr/libexec/swift/lib
programs=/usr/libexec/swift/bin
unused=(
    /usr/share/{doc,man,locale}/'*'
    $toolchain/swift/embedded/'*' $toolchain/swift_static/'*' $toolchain/swift/FrameworkABIBaseline/'*'
    $toolchain/'liblldb*' $toolchain/'libsourcekitdInProc*'
    $programs/'lldb*' $programs/clangd $programs/sourcekit-lsp $programs/docc $programs/swift-format
)
options=()
for path in "${unused[@]}"; do
    options+=(--dpkgopt="path-exclude=$path")
done

# Only a whole folder gets the name that is looked for.
mkdir -p "$(dirname "$folder")"
rm -rf "$folder.part"
trap 'rm -rf "$folder.part"' EXIT
mmdebstrap --quiet --variant=minbase --include=swiftlang,libc6-dev,libstdc++-14-dev \
    --aptopt='Acquire::Languages "none"' "${options[@]}" \
    trixie "$folder.part" "${mirror:-http://deb.debian.org/debian}"
"${UPGRADELINK_IN_CHROOT:-$(dirname "$0")/in-chroot.sh}" "$folder.part" swiftc --version 2>&1 | grep 'Swift version 6\.0\.3 '
mv "$folder.part" "$folder"
