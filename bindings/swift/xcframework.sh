#!/usr/bin/env bash
# Builds CUpgradeLink.xcframework.zip for macOS and iOS; needs Xcode and the Rust targets that it names.
#
#   bindings/swift/xcframework.sh FOLDER
#
# The library for iOS only checks and reports: files there are replaced by the system alone, so it is built without
# fetch and patch, which answer `unsupported`.
set -euo pipefail

folder=$1
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
export MACOSX_DEPLOYMENT_TARGET=13.0 IPHONEOS_DEPLOYMENT_TARGET=16.0

# library NAME "TARGET..." [CARGO-OPTION...]: one archive for all architectures of a platform.
library() {
    local name=$1 targets=$2 archives=()
    shift 2
    for triple in $targets; do
        (cd "$root" && cargo rustc --release --locked --lib --crate-type staticlib --target "$triple" "$@")
        archives+=("$target/$triple/release/libupgradelink.a")
    done
    mkdir -p "$folder/$name"
    lipo -create "${archives[@]}" -output "$folder/$name/libupgradelink.a"
}

rm -rf "$folder"
# A folder of the module's name, since all frameworks of a program share one for headers.
headers=$folder/headers/CUpgradeLink
mkdir -p "$headers"
cp "$root/include/upgradelink.h" "$headers"
sed -e '/^\/\//d' -e 's|header ".*"|header "upgradelink.h"|' -e '/link "/d' \
    "$here/Sources/CUpgradeLink/module.modulemap" >"$headers/module.modulemap"

checks_only=(--no-default-features --features http)
library macos "aarch64-apple-darwin x86_64-apple-darwin"
library ios "aarch64-apple-ios" "${checks_only[@]}"
library ios-simulator "aarch64-apple-ios-sim x86_64-apple-ios" "${checks_only[@]}"

arguments=()
for name in macos ios ios-simulator; do
    arguments+=(-library "$folder/$name/libupgradelink.a" -headers "$folder/headers")
done
xcodebuild -create-xcframework "${arguments[@]}" -output "$folder/CUpgradeLink.xcframework"
(cd "$folder" && ditto -c -k --keepParent CUpgradeLink.xcframework CUpgradeLink.xcframework.zip)
echo "$folder/CUpgradeLink.xcframework.zip"
