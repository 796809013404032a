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

new=
trap 'rm -f "$new"' EXIT

# put SOURCE FOLDER [NAME]: copies one file below the prefix, in one step, since what stood there may be in use.
put() {
    local target=$to/$2/${3:-$(basename "$1")}
    mkdir -p "$to/$2"
    new=$(mktemp "$target.XXXXXX")
    cp "$1" "$new"
    # Debug information of Rust's own library is most of an archive; strip is not everywhere.
    [ -z "${shorten:-}" ] || "$strip" "$shorten" "$new" 2>/dev/null || :
    chmod "${mode:-644}" "$new"
    mv -f "$new" "$target"
    echo "$target"
}

# leads NAME TARGET: a link in lib, in one step too.
leads() {
    new=$(mktemp -u "$to/lib/$1.XXXXXX")
    ln -s "$2" "$new"
    mv -f "$new" "$to/lib/$1"
}

soname=
if [ -f "$built/libupgradelink.so" ]; then
    mode=755 shorten=--strip-unneeded put "$built/libupgradelink.so" lib "libupgradelink.so.$version"
    soname=libupgradelink.so.${version%%.*}
    leads "$soname" "libupgradelink.so.$version"
    leads libupgradelink.so "$soname"
elif [ -f "$built/libupgradelink.dylib" ]; then
    mode=755 shorten=-x put "$built/libupgradelink.dylib" lib
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

[ ! -f "$built/libupgradelink.a" ] || shorten=-S put "$built/libupgradelink.a" lib
[ ! -f "$built/upgradelink.lib" ] || put "$built/upgradelink.lib" lib

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
