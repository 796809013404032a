#!/usr/bin/env bash
# what C++, C#, Java and Swift declare of the library is what the header says
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need python3 python3

python3 tests/drift.py cpp csharp java swift

# The comparison itself notices what it is for: in a copy, one thing after the other is altered.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# notices LANGUAGE FILE EXPRESSION COMPLAINT
notices() {
    rm -rf "$work/tree"
    mkdir -p "$work/tree/src"
    cp -r include bindings "$work/tree"
    cp -r src/jni "$work/tree/src"
    sed -i -E "$3" "$work/tree/$2"
    if cmp -s "$2" "$work/tree/$2"; then
        echo "$2: $3 changes nothing"
        exit 1
    fi
    if DRIFT_ROOT=$work/tree python3 tests/drift.py "$1" >"$work/said" || ! grep -q "$4" "$work/said"; then
        echo "$2: $3 is not noticed: $(cat "$work/said")"
        exit 1
    fi
}
java=bindings/java/src/main/java/com/toolsetlink/upgradelink
notices cpp bindings/cpp/upgradelink.hpp 's/\bupgradelink_flush\b/upgradelink_rinse/' "upgradelink_flush is not used"
notices csharp bindings/csharp/src/Native.cs 's/(upgradelink_artifact_size\()IntPtr/\1int/' "artifact_size is "
notices csharp bindings/csharp/src/Native.cs 's/ulong (upgradelink_artifact_size)/uint \1/' "artifact_size is "
notices csharp bindings/csharp/src/Native.cs 's/upgradelink_has\(/upgradelink_had(/' "has is missing"
notices csharp bindings/csharp/src/Enums.cs 's/(Downgrade) = 17/\1 = 18/' "status.downgrade is "
notices java $java/Natives.java 's/(schedulerDueIn)\(long/\1(int/' "schedulerDueIn is "
notices java $java/Status.java 's/\(10, "NOT_FOUND"/(11, "NOT_FOUND"/' "status.notfound is "
notices java src/jni/natives/client.rs 's/fn check_start</fn check_begin</' "checkStart is missing"
notices swift bindings/swift/Sources/UpgradeLink/Client.swift 's/upgradelink_check_start/upgradelink_check_begin/' "upgradelink_check_start is not used"
echo "nine alterations were noticed"
