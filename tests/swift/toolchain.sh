#!/usr/bin/env bash
# Brings Swift 6.0.3 to a folder, as a Debian trixie of its own without what a command-line build
# leaves unused: 1.4 GB, a few minutes. Does nothing where it is there already.
#
#   tests/swift/toolchain.sh FOLDER
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=$(realpath -m "$1")
mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9 # lanes run side by side
if [ -L "$folder/usr/bin/swift" ]; then # the link leads somewhere inside the folder only
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

swift=/usr/libexec/swift
unused=(
    /usr/share/{doc,man,locale}/'*'
    "$swift"/lib/swift{/embedded,_static,/FrameworkABIBaseline}/'*'
    "$swift"/lib/{liblldb,libsourcekitdInProc}'*'
    "$swift"/bin/{lldb'*',clangd,sourcekit-lsp,docc,swift-format}
)
options=()
for path in "${unused[@]}"; do
    options+=(--dpkgopt="path-exclude=$path")
done

# Only a whole folder gets the name that is looked for.
rm -rf "$folder.part"
trap 'rm -rf "$folder.part"' EXIT
mmdebstrap --quiet --variant=minbase --include=swiftlang,libc6-dev,libstdc++-14-dev,pkgconf \
    --aptopt='Acquire::Languages "none"' "${options[@]}" \
    trixie "$folder.part" "${mirror:?no mirror of Debian is configured}"
(cd / && "$here/in-chroot.sh" "$folder.part" swiftc --version) | grep -F "Swift version 6.0.3 "
mv "$folder.part" "$folder"
