#!/usr/bin/env bash
# a real upgradelink.dll runs the C, C++ and C# programs under Wine
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need x86_64-w64-mingw32-g++-posix g++-mingw-w64-x86-64-posix
need wine wine wine64
need /usr/include/doctest/doctest.h doctest-dev
need python3 python3 python3-venv
target=x86_64-pc-windows-gnu
windows=$root/build/windows
rm -rf "$windows"
mkdir -p "$windows"
# shellcheck source=tests/csharp/build.bash
source tests/csharp/build.bash "$windows/csharp"
cargo build --quiet --locked -p dev-server

# The library as it is shipped but for its compiler: a copy that builds std for this target.
(
    tools=$root/.tools
    # shellcheck source=tests/lanes/rust-src.bash
    source tests/lanes/rust-src.bash
    CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc \
        quietly cargo rustc --release --locked -Zbuild-std=std,panic_unwind --lib --crate-type cdylib --target $target
)
STRIP=x86_64-w64-mingw32-strip packaging/install.sh "$windows/stage" "" "$out/$target/release" >/dev/null
cp "$windows/stage/bin/upgradelink.dll" "$windows"
echo "upgradelink.dll: $(stat -c %s "$windows/upgradelink.dll") bytes"

# The DLL exports what the .def lists, which is what the header has.
x86_64-w64-mingw32-objdump -p "$windows/upgradelink.dll" |
    sed -n '/Ordinal\/Name Pointer/,/^$/s/^[[:space:]]*\[ *[0-9]*\].* //p' | sort >"$windows/exported"
sed -n 's/^ *\(upgradelink_[a-z0-9_]*\)$/\1/p' "$windows/stage/lib/upgradelink.def" | sort >"$windows/listed"
diff "$windows/listed" "$windows/exported"
echo "$(wc -l <"$windows/exported") functions are exported, as the .def says"

# An import library that is made of the .def alone is as good as rustc's: the C++ tests use it.
x86_64-w64-mingw32-dlltool -d "$windows/stage/lib/upgradelink.def" -l "$windows/libfromdef.dll.a"

strict=(-Wall -Wextra -Wpedantic -Werror "-I$windows/stage/include")
import=$windows/stage/lib/libupgradelink.dll.a
for example in check fetch patch; do
    x86_64-w64-mingw32-gcc -std=c99 "${strict[@]}" "examples/c/$example.c" "$import" -o "$windows/$example.exe"
done
x86_64-w64-mingw32-gcc "${strict[@]}" tests/windows/pinned.c -o "$windows/pinned.exe"
x86_64-w64-mingw32-gcc "${strict[@]}" -shared tests/windows/prng.c -o "$windows/bcryptprimitives.dll" -ladvapi32
mkdir "$windows/include"
ln -s /usr/include/doctest "$windows/include/doctest" # and nothing else of Linux's
cpp=(-std=c++17 -O1 "${strict[@]}" -isystem "$windows/include")
x86_64-w64-mingw32-g++-posix "${cpp[@]}" -fno-exceptions -c tests/cpp/quiet.cpp -o "$windows/quiet.o"
x86_64-w64-mingw32-g++-posix "${cpp[@]}" tests/cpp/tests.cpp tests/cpp/files.cpp "$windows/quiet.o" \
    "$windows/libfromdef.dll.a" -static-libgcc -static-libstdc++ -o "$windows/cpp.exe"
cp /usr/x86_64-w64-mingw32/lib/libwinpthread-1.dll "$windows"

build_binding
build_program Tests tests/csharp/*.cs
coreclr_for windows
cp -r "$root/.tools/coreclr-windows/dotnetcore2/bin/." "$csharp"/{Tests.exe,UpgradeLink.Net.dll,runtimeconfig.json} "$windows"

export WINEPREFIX=$windows/prefix WINEDEBUG=-all WINEDLLOVERRIDES="mscoree,mshtml="
wineboot --init >/dev/null 2>&1 || :
trap 'wineserver -k || :' EXIT

# run WHAT [SERVER-OPTION...] -- PROGRAM [ARGUMENT...]: beside a dev server on Linux; the DLL is beside the program.
run() {
    local options=()
    echo "-- $1"
    shift
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    scripts/with-dev-server.sh --quiet "${options[@]}" -- timeout 300 wine "build/windows/$2" "${@:3}"
}

run "C: the documented answers" -- check.exe
new=tests/data/hdiff/files/mixed/new old=tests/data/hdiff/files/mixed/old
export UPGRADELINK_ACCESS_KEY=access UPGRADELINK_SECRET_KEY=secret
run "C: fetches, with a patch" --catalogue tests/cpp/catalogue.toml --host-folder tests/data/hdiff -- \
    fetch.exe apk filed 1 build/windows/fetched $old
cmp build/windows/fetched/new $new
timeout 60 wine build/windows/patch.exe $old tests/data/hdiff/patches/mixed/w26-zstd.hdiff build/windows/patched
cmp build/windows/patched $new
run "C: the DLL stays" --catalogue tests/csharp/catalogue.toml -- pinned.exe
run "C++" --catalogue tests/cpp/catalogue.toml --host-folder tests/data/hdiff -- cpp.exe --no-intro
run "C# on CoreCLR" --admin --catalogue tests/csharp/catalogue.toml --host-folder tests/data/hdiff -- \
    dotnet.exe exec --runtimeconfig build/windows/runtimeconfig.json build/windows/Tests.exe tests/data/hdiff
