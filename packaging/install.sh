#!/usr/bin/env bash
# Installs what a build left in a folder: install.sh PREFIX DESTDIR BUILD-FOLDER
#
# What the build is for shows in the files that it made: .so, .dylib or .dll.
set -euo pipefail

prefix=$1 destdir=$2 built=$3
root=$(cd "$(dirname "$0")/.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
strip=${STRIP:-strip}
to=$destdir$prefix

# put SOURCE FOLDER [NAME]: copies one file below the prefix.
put() {
    local target=$to/$2/${3:-$(basename "$1")}
    mkdir -p "$to/$2"
    rm -f "$target"
    cp "$1" "$target"
    chmod "${mode:-644}" "$target"
    echo "$target"
}

# Debug information of Rust's own library is most of an archive; strip is not everywhere.
shorten() {
    "$strip" "$@" 2>/dev/null || :
}

soname=
if [ -f "$built/libupgradelink.so" ]; then
    mode=755 put "$built/libupgradelink.so" lib "libupgradelink.so.$version"
    shorten --strip-unneeded "$to/lib/libupgradelink.so.$version"
    soname=libupgradelink.so.${version%%.*}
    ln -sf "libupgradelink.so.$version" "$to/lib/$soname"
    ln -sf "$soname" "$to/lib/libupgradelink.so"
elif [ -f "$built/libupgradelink.dylib" ]; then
    mode=755 put "$built/libupgradelink.dylib" lib
    shorten -x "$to/lib/libupgradelink.dylib"
elif [ -f "$built/upgradelink.dll" ]; then
    mode=755 put "$built/upgradelink.dll" bin
    for import in libupgradelink.dll.a upgradelink.dll.lib; do
        [ ! -f "$built/$import" ] || put "$built/$import" lib
    done
    # Of which every compiler for Windows makes the import library that it likes.
    exports=$(mktemp)
    { echo LIBRARY upgradelink.dll; echo EXPORTS; grep -o '\bupgradelink_[a-z0-9_]*(' "$root/include/upgradelink.h" |
        tr -d '(' | sort -u | sed 's/^/    /'; } >"$exports"
    put "$exports" lib upgradelink.def
    rm -f "$exports"
else
    echo "install.sh: no library in $built; run make first" >&2
    exit 1
fi

for archive in libupgradelink.a upgradelink.lib; do
    if [ -f "$built/$archive" ]; then
        put "$built/$archive" lib
        [ "$archive" = upgradelink.lib ] || shorten -S "$to/lib/$archive"
    fi
done

put "$root/include/upgradelink.h" include
put "$root/bindings/cpp/upgradelink.hpp" include

# What a program needs beside the static library (rustc --print native-static-libs).
case $(ls "$built") in
    *upgradelink.dll*) private='-lws2_32 -lntdll -luserenv -lbcrypt -lkernel32' ;;
    *upgradelink.dylib*) private='-liconv' ;;
    *) private='-lpthread -ldl -lm' ;;
esac

fill() {
    local filled
    filled=$(mktemp)
    sed -e "s/@VERSION@/$version/g" -e "s/@SONAME@/$soname/g" -e "s/@PRIVATE@/$private/g" "$1" >"$filled"
    put "$filled" "$2" "$(basename "$1" .in)"
    rm -f "$filled"
}
fill "$root/packaging/upgradelink.pc.in" lib/pkgconfig
fill "$root/packaging/upgradelinkConfig.cmake.in" lib/cmake/upgradelink
fill "$root/packaging/upgradelinkConfigVersion.cmake.in" lib/cmake/upgradelink

for text in LICENSE-MIT LICENSE-APACHE THIRD-PARTY-NOTICES; do
    put "$root/$text" share/doc/upgradelink
done
