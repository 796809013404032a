#!/usr/bin/env bash
# Makes the Android artifact without Gradle: aar.sh OUTPUT.aar ANDROID.jar ABI=LIBRARY...
#
# The artifact holds the classes, the manifest, the rules for shrinkers, the native libraries, and a Prefab
# package with the C header for native code. ANDROID.jar is that of an SDK platform; the JDK is 9 or later.
set -euo pipefail

output=$(realpath -m "$1") android=$(realpath "$2")
shift 2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Futures are younger than the oldest Android: their class is compiled against Java's own.
javac -nowarn --release 8 -Xlint:-options -d "$work/classes" "$here"/../src/main/java/com/toolsetlink/upgradelink/*.java
cp -r "$work/classes" "$work/futures"
find "$here/../src/main/java" "$here/src/main/java" -name '*.java' ! -name UpgradeLinkFutures.java >"$work/sources"
rm -rf "$work/classes"
mkdir "$work/classes"
javac -source 8 -target 8 -Xlint:all,-options,-serial -Werror -bootclasspath "$android" -d "$work/classes" "@$work/sources"
cp "$work"/futures/com/toolsetlink/upgradelink/UpgradeLinkFutures*.class "$work/classes/com/toolsetlink/upgradelink/"

aar=$work/aar
module=$aar/prefab/modules/upgradelink
mkdir -p "$aar" "$module/include"
(cd "$work" && jar --create --file "$aar/classes.jar" -C classes .)
cp "$here/src/main/AndroidManifest.xml" "$aar/"
cp "$here/consumer-rules.pro" "$aar/proguard.txt"
cp "$here/../../../include/upgradelink.h" "$module/include/"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../../../Cargo.toml" | head -n 1)
echo "{\"schema_version\": 2, \"name\": \"upgradelink\", \"version\": \"$version\", \"dependencies\": []}" >"$aar/prefab/prefab.json"
echo '{"export_libraries": [], "android": {}}' >"$module/module.json"
touch "$aar/R.txt"
for one in "$@"; do
    abi=${one%%=*}
    mkdir -p "$aar/jni/$abi" "$module/libs/android.$abi"
    cp "${one#*=}" "$aar/jni/$abi/libupgradelink.so"
    cp "${one#*=}" "$module/libs/android.$abi/libupgradelink.so"
    echo "{\"abi\": \"$abi\", \"api\": 23, \"ndk\": 21, \"stl\": \"none\"}" >"$module/libs/android.$abi/abi.json"
done
mkdir -p "${output%/*}"
rm -f "$output"
jar --create --no-manifest --file "$output" -C "$aar" .
