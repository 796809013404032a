#!/usr/bin/env bash
# the Android sources compile and dex for API level 23; the library links for Android, and runs on arm64 and armv7
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need javac openjdk-17-jdk-headless
need clang clang
need ld.lld lld
need qemu-aarch64 qemu-user
need aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu libc6-dev-arm64-cross
need arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf libc6-dev-armhf-cross

build=$root/build/android
android=$root/.tools/android
tools=$root/.tools # for rust-src.bash
rm -rf "$build"
mkdir -p "$build" "$android"
cargo build --quiet --locked -p dev-server

# unpacked SUITE PACKAGE: one package of another suite of Debian, below .tools.
unpacked() {
    local lists=$android/$1 mirror apt
    mkdir -p "$lists"/{lists/partial,archives/partial}
    mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >"$lists/sources.list"
    apt=(apt-get -q -o Dir::Etc::sourcelist="$lists/sources.list" -o Dir::Etc::sourceparts=-
        -o Dir::State::lists="$lists/lists" -o Dir::Cache="$lists" -o Acquire::Languages=none
        -o APT::Sandbox::User=root)
    quietly "${apt[@]}" update
    (cd "$android" && quietly "${apt[@]}" download "$2")
    dpkg-deb -x "$android/$2"_*.deb "$android"
}
jar=$android/usr/share/java/com.android.android-23.jar
dx=$android/usr/share/java/com.android.dx.jar
[ -e "$jar" ] || unpacked sid libandroid-23-java
[ -e "$dx" ] || unpacked bullseye dalvik-exchange

# shellcheck source=tests/lanes/rust-src.bash
source tests/lanes/rust-src.bash
export CARGO_TARGET_DIR=$out/cross
# Four libraries, each with std of its own, of which nobody asks speed or lines: half the time goes without.
export CARGO_PROFILE_DEV_OPT_LEVEL=0 CARGO_PROFILE_DEV_DEBUG=none

# crossed TARGET LINKER COMPILER ARCHIVER CFLAGS [CARGO-OPTION...]: builds the library, and std for it.
crossed() {
    local target=$1 lower=${1//-/_}
    env "CARGO_TARGET_${lower^^}_LINKER=$2" "CC_$lower=$3" "AR_$lower=$4" "CFLAGS_$lower=$5" \
        cargo rustc --quiet --locked -Zbuild-std=std,panic_unwind --lib --crate-type cdylib --target "$target" "${@:6}"
}

# No NDK is to be had: what Android's own libraries would give is left open, and the headers that ring's C code
# asks for are not needed with its own flag for that.
linked() {
    local target=$1 clang=$2 stubs=$build/$1 library=$out/cross/$1/debug/libupgradelink.so
    mkdir -p "$stubs"
    for name in c m dl log; do
        clang --target="$clang" -fuse-ld=lld -nostdlib -shared "-Wl,-soname,lib$name.so" -x c /dev/null \
            -o "$stubs/lib$name.so"
    done
    ar rc "$stubs/libunwind.a"
    printf '#!/bin/sh\nexec clang --target=%s -fuse-ld=lld -nostdlib -L%s "$@"\n' "$clang" "$stubs" >"$stubs/cc"
    chmod +x "$stubs/cc"
    # The target again: what the build script would say of armv7 is an older processor.
    crossed "$target" "$stubs/cc" clang ar "--target=$clang -ffreestanding -DRING_CORE_NOSTDLIBINC=1" --features jni

    local exports
    exports=$(nm -D --defined-only "$library" | awk '{ print $3 }' | grep -v '^upgradelink_')
    [ "$exports" = JNI_OnLoad ] || { echo "$target also exports $exports"; exit 1; }
    readelf -d "$library" | grep -q 'SONAME.*\[libupgradelink.so\]'
    if readelf -lW "$library" | awk '$1 == "LOAD" && $NF != "0x4000" { exit 1 }'; then
        echo "-- $target: links; 16 KiB segments; exports upgradelink_* and JNI_OnLoad"
    else
        echo "$target: a segment is not aligned to 16 KiB"
        exit 1
    fi
}
linked aarch64-linux-android aarch64-linux-android23
linked armv7-linux-androideabi armv7a-linux-androideabi23

echo "-- the artifact"
bindings/java/android/aar.sh "$build/upgradelink.aar" "$jar" \
    arm64-v8a="$out/cross/aarch64-linux-android/debug/libupgradelink.so" \
    armeabi-v7a="$out/cross/armv7-linux-androideabi/debug/libupgradelink.so"
(cd "$build" && jar xf upgradelink.aar classes.jar)
tests/java/page.py docs/java.md "$build/page"
javac -source 8 -target 8 -Xlint:all,-options -Werror -bootclasspath "$jar" -cp "$build/classes.jar" -d "$build/page" \
    "$build"/page/android/*.java
java -jar "$dx" --dex --min-sdk-version=23 --output="$build/classes.dex" "$build/classes.jar"
for file in AndroidManifest.xml proguard.txt jni/arm64-v8a/libupgradelink.so jni/armeabi-v7a/libupgradelink.so \
    prefab/prefab.json prefab/modules/upgradelink/include/upgradelink.h; do
    jar tf "$build/upgradelink.aar" | grep -qx "$file" || { echo "the artifact has no $file"; exit 1; }
done

# runs TARGET COMPILER EMULATOR SYSROOT: the C tests, on the processor's own instructions.
runs() {
    local library=$out/cross/$1/debug/libupgradelink.so
    crossed "$1" "$2-gcc" "$2-gcc" "$2-ar" ""
    mkdir -p "$build/$1"
    ln -sf "$library" "$build/$1/libupgradelink.so.0"
    "$2-gcc" -std=gnu11 -O1 -Wall -Wextra -Werror -pthread -Iinclude tests/c/abi.c "$library" -o "$build/$1/abi"
    # Not the rest: an emulator has signals and threads of its own.
    for scenario in calls threads; do
        # shellcheck disable=SC2016
        CARGO_TARGET_DIR=$out quietly scripts/with-dev-server.sh --quiet -- \
            bash -c '"$@" "$UPGRADELINK_ENDPOINT"' - \
            "$3" -L "/usr/$2" -E "LD_LIBRARY_PATH=$build/$1" "$build/$1/abi" $scenario
        echo "-- $1: $scenario ran"
    done
}
runs aarch64-unknown-linux-gnu aarch64-linux-gnu qemu-aarch64
runs armv7-unknown-linux-gnueabihf arm-linux-gnueabihf qemu-arm
echo "not run: a device, ART, the NDK's own libraries, Gradle and R8"
