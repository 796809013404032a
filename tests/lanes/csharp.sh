#!/usr/bin/env bash
# the C# binding, its examples and its page work on Mono and on CoreCLR, and declare what the header says
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need python3 python3 python3-venv
# shellcheck source=tests/csharp/build.bash
source tests/csharp/build.bash "$root/build/csharp"

make -s stage dev-server
python3 tests/drift.py csharp
build_binding
build_program Tests tests/csharp/*.cs
build_program Leave tests/csharp/programs/Leave.cs
build_program Update examples/csharp/Update.cs
build_program Minimal examples/csharp/Minimal.cs
build_pages docs/csharp.md bindings/csharp/README.md
coreclr_for linux

# with RUNTIME... PROGRAM ARGUMENT...: beside the dev server of the tests.
with() {
    LD_LIBRARY_PATH=$stage/lib scripts/with-dev-server.sh --quiet --admin \
        --catalogue tests/csharp/catalogue.toml --host-folder tests/data/hdiff -- "$@"
}

mkdir -p "$csharp/left"
for runtime in "mono --debug" "$coreclr exec --runtimeconfig $csharp/runtimeconfig.json"; do
    read -ra run <<<"$runtime"
    echo "-- $(basename "${run[0]}")"
    with timeout 300 "${run[@]}" "$csharp/Tests.exe" tests/data/hdiff

    # shellcheck disable=SC2016
    LD_LIBRARY_PATH=$stage/lib scripts/with-dev-server.sh --quiet -- sh -c '"$@" "$UPGRADELINK_ENDPOINT"' - \
        "${run[@]}" "$csharp/Minimal.exe" | grep -x "v2 is out: http://file.com/2.exe"

    folder=$(mktemp -d)
    export UPGRADELINK_ACCESS_KEY=access UPGRADELINK_SECRET_KEY=secret
    said=$(with "${run[@]}" "$csharp/Update.exe" filed 1 "$folder")
    [ "$(head -n 1 <<<"$said")" = "version 2.0 is out" ]
    grep -qx "5908 of 5908 bytes" <<<"$said"
    [ "$(tail -n 1 <<<"$said")" = "fetched $folder/new" ]
    cmp "$folder/new" tests/data/hdiff/files/mixed/new

    said=$(with "${run[@]}" "$csharp/Update.exe" filed 2 "$folder")
    [ "$said" = "already the newest" ]

    said=$(with "${run[@]}" "$csharp/Update.exe" nobody 1 "$folder") && exit 1
    grep -q 404001 <<<"$said"

    # Enter once the first bytes are there.
    mkfifo "$folder/keys"
    with "${run[@]}" "$csharp/Update.exe" large 1 "$folder" <"$folder/keys" >"$folder/said" &
    exec 3>"$folder/keys"
    until grep -q "[1-9][0-9]* of" "$folder/said"; do
        kill -0 $!
        sleep 0.1
    done
    echo >&3
    exec 3>&-
    wait $! && exit 1
    [ "$(tail -n 1 "$folder/said")" = "cancelled" ]
    [ -e "$folder/slow.bin.part" ]
    [ ! -e "$folder/slow.bin" ]
    rm -r "$folder"
    echo "the example checks, fetches and cancels"

    status=0
    said=$(TMPDIR=$csharp/left with timeout 60 "${run[@]}" "$csharp/Leave.exe") || status=$?
    [ "$said $status" = "left 7" ]
    echo "a program may end while its calls run"
done
