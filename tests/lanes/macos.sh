#!/usr/bin/env bash
# the library links for macOS, exports what the header has, and type-checks for iOS and MSVC
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need python3 python3 python3-venv
need llvm-nm llvm

tools=$root/.tools
zig=$tools/zig
if ! "$zig/bin/python3" -c "import ziglang" 2>/dev/null; then
    python3 -m venv "$zig"
    quietly "$zig/bin/pip" install ziglang==0.17.1
fi
# shellcheck source=tests/lanes/rust-src.bash
source tests/lanes/rust-src.bash

# zig has macOS' C headers and its linker, but not Apple's way of naming the target and the SDK.
compiler=$tools/apple-cc
cat >"$compiler" <<EOF
#!/usr/bin/env bash
arguments=()
while [ \$# -gt 0 ]; do
    case \$1 in
        --target=* | -m*-version-min=* | -liconv) ;; # std names iconv and calls nothing of it
        -isysroot | -arch) shift ;;
        *) arguments+=("\$1") ;;
    esac
    shift
done
exec "$zig/bin/python3" -m ziglang cc -target "\$ZIG_TARGET" "\${arguments[@]}"
EOF
chmod +x "$compiler"
export SDKROOT=$tools ZIG_GLOBAL_CACHE_DIR=$tools/zig-cache # zig's own is what counts; a variable spares xcrun

# links RUST-TARGET ZIG-TARGET
links() {
    local name=${1//-/_} library=$out/$1/release/libupgradelink.dylib
    export ZIG_TARGET=$2 "CC_$name=$compiler" "AR_$name=llvm-ar" "CARGO_TARGET_${name^^}_LINKER=$compiler"
    quietly cargo rustc --release --locked -Zbuild-std=std,panic_unwind --lib --crate-type cdylib --target "$1"
    # Without the underscore that macOS puts before each name. zig's linker passes over rustc's list of exports, so
    # four of std's and its own are in there too; Apple's does not.
    llvm-objdump --macho --exports-trie "$library" | sed -n 's/.* _\(upgradelink_\)/\1/p' | sort >"$out/$1/exported"
    grep -o '\bupgradelink_[a-z0-9_]*(' include/upgradelink.h | tr -d '(' | sort -u | diff - "$out/$1/exported"
    llvm-objdump --macho --dylib-id "$library" | grep -qx @rpath/libupgradelink.dylib
    echo "$1: links, and exports the $(wc -l <"$out/$1/exported") functions of the header"
}
links aarch64-apple-darwin aarch64-macos
links x86_64-apple-darwin x86_64-macos

# What xcframework.sh builds for it. ring's C code meets macOS' headers, which have the same functions for it.
export CC_aarch64_apple_ios=$compiler AR_aarch64_apple_ios=llvm-ar
quietly cargo check --locked -Zbuild-std=std,panic_unwind --lib --target aarch64-apple-ios \
    --no-default-features --features http
echo "aarch64-apple-ios: compiles, without fetch and patch"

# Without the built-in HTTP: ring's C code needs Microsoft's headers.
quietly cargo check --locked -Zbuild-std=std,panic_unwind --lib --target x86_64-pc-windows-msvc \
    --no-default-features --features fetch,zlib,lzma,zstd
echo "x86_64-pc-windows-msvc: compiles, without the built-in HTTP"
