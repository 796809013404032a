#!/usr/bin/env bash
# an installed library is found and used from outside the tree, shared and static, wherever it lies
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need pkg-config pkg-config
need cmake cmake

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly make -s install PREFIX=/usr DESTDIR="$work/image"
mv "$work/image/usr" "$work/prefix"
cp -r "$work/prefix" "$work/static"
rm "$work/static/lib/"*.so*

lib=$work/prefix/lib
[ "$(readlink "$lib/libupgradelink.so")" = libupgradelink.so.0 ]
[ "$(readlink "$lib/libupgradelink.so.0")" = libupgradelink.so.0.1.0 ]
[ -n "$(find "$work/prefix" -name LICENSE-MIT)" ]
if grep -rIl "$root\|$work" "$work/prefix"; then
    echo "these installed files name a folder of this machine"
    exit 1
fi

mkdir "$work/src"
cp examples/c/*.c examples/cpp/*.cpp tests/install/CMakeLists.txt "$work/src"
export UPGRADELINK_EXPECTED=$root/examples/expected

# runs PROGRAM WHAT: a program against the dev server.
runs() {
    # shellcheck disable=SC2016
    quietly scripts/with-dev-server.sh --quiet -- sh -c '"$1" "$UPGRADELINK_ENDPOINT"' sh "$1"
    echo "$2: $(basename "$1") runs"
}

# by_pkg_config PREFIX WHAT [OPTION]: all examples by pkg-config.
by_pkg_config() {
    local flags
    # shellcheck disable=SC2086 # flags are words
    flags=$(PKG_CONFIG_PATH=$1/lib/pkgconfig pkg-config --cflags --libs ${3:-} 'upgradelink >= 0.1')
    for source in minimal.c minimal.cpp check.c check.cpp; do
        local compiler="cc -std=c99"
        [ "${source##*.}" = c ] || compiler="c++ -std=c++17"
        # shellcheck disable=SC2086
        $compiler "$work/src/$source" -o "$work/$2-$source.out" $flags
        runs "$work/$2-$source.out" "pkg-config, $2"
    done
}

make -s dev-server
LD_LIBRARY_PATH=$lib by_pkg_config "$work/prefix" shared
LD_LIBRARY_PATH=$lib ldd "$work/shared-check.c.out" | grep "libupgradelink.so.0 => $lib" >/dev/null
by_pkg_config "$work/static" static --static
if ldd "$work/static-check.c.out" | grep upgradelink; then exit 1; fi

quietly cmake -S "$work/src" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$work/prefix"
quietly cmake --build "$work/cmake"
for program in "$work/cmake"/c*_upgradelink "$work/cmake"/c*_static; do
    runs "$program" "find_package"
done
if ldd "$work/cmake/c_check_static" | grep upgradelink; then exit 1; fi
