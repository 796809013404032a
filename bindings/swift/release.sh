#!/usr/bin/env bash
# Puts together the package that users depend on, to be the content of a repository of its own (SwiftPM wants a
# manifest at the root of one).
#
#   bindings/swift/release.sh FOLDER [XCFRAMEWORK.ZIP URL]
#
# The archive is what xcframework.sh made, URL where it will be downloaded from. Without them the package is for Linux
# only.
set -euo pipefail

folder=$1
archive=${2:-}
url=${3:-https://example.invalid/upgradelink.xcframework.zip}
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)

checksum=none
if [ -n "$archive" ]; then
    checksum=$(if command -v sha256sum >/dev/null; then sha256sum "$archive"; else shasum -a 256 "$archive"; fi)
fi

rm -rf "$folder"
mkdir -p "$folder/Sources/CUpgradeLink"
cp -R "$here/Sources/UpgradeLink" "$folder/Sources/UpgradeLink"
cp "$root/include/upgradelink.h" "$folder/Sources/CUpgradeLink"
sed -e '/^\/\//d' -e 's|header ".*"|header "upgradelink.h"|' "$here/Sources/CUpgradeLink/module.modulemap" \
    >"$folder/Sources/CUpgradeLink/module.modulemap"
sed -e '/at signs\.$/d' -e "s|@URL@|$url|" -e "s|@CHECKSUM@|${checksum%% *}|" "$here/Package.release.swift" \
    >"$folder/Package.swift"
cp "$root/LICENSE-MIT" "$root/LICENSE-APACHE" "$root/THIRD-PARTY-NOTICES" "$root/docs/swift.md" "$folder"
mv "$folder/swift.md" "$folder/README.md"
echo "$folder"
