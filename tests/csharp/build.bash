# How C# is built and run here; to be sourced after tests/lanes/common.bash, with the folder to build into: one for
# each lane, since a program that runs does not bear its assemblies being written anew.
# shellcheck shell=bash disable=SC2154
need mcs mono-mcs mono-runtime libmono-corlib4.5-cil libmono-system-core4.0-cil
csharp=$1
mkdir -p "$csharp"

# The binding; a public name without documentation is an error. Not UpgradeLink.dll: to Windows that would
# be the native library's own name.
build_binding() {
    mcs -langversion:latest -unsafe -debug -target:library -warn:4 -warnaserror \
        -doc:"$csharp/UpgradeLink.Net.xml" -out:"$csharp/UpgradeLink.Net.dll" bindings/csharp/src/*.cs
}

# build_program NAME SOURCE...: a program beside the binding.
build_program() {
    mcs -langversion:latest -debug -warn:4 -warnaserror -r:"$csharp/UpgradeLink.Net.dll" -out:"$csharp/$1.exe" "${@:2}"
}

# build_pages PAGE...: the programs that pages show; as libraries, since this compiler knows no asynchronous Main.
build_pages() {
    local program
    rm -rf "$csharp/pages"
    mkdir "$csharp/pages"
    awk -v to="$csharp/pages/" '
        $0 == "```csharp" { file = to (++count) ".cs"; next }
        $0 == "```" { file = "" }
        file { print >file }' "$@"
    for program in "$csharp"/pages/*.cs; do
        mcs -langversion:latest -target:library -nowarn:28 -warnaserror -r:"$csharp/UpgradeLink.Net.dll" -out:"$program.dll" "$program"
    done
    echo "the programs of $* compile"
}

# coreclr_for linux|windows: Microsoft's runtime, of which there is no compiler here. It is 3.1, the last that a
# package registry has, and runs the very program that Mono's compiler made.
coreclr_for() {
    local platform=manylinux1_x86_64 folder=$root/.tools/coreclr-$1
    [ "$1" = linux ] || platform=win_amd64
    mkdir -p "$root/.tools"
    {
        flock 8
        if [ ! -d "$folder" ]; then
            rm -rf "$folder.new"
            [ -x "$root/.tools/pip/bin/pip" ] || python3 -m venv "$root/.tools/pip"
            quietly "$root/.tools/pip/bin/pip" download --no-deps --only-binary=:all: --platform "$platform" \
                -d "$folder.new" dotnetcore2==3.1.23
            (cd "$folder.new" && python3 -m zipfile -e ./*.whl . && rm ./*.whl)
            chmod -R +x "$folder.new/dotnetcore2/bin"
            mv "$folder.new" "$folder"
        fi
    } 8>"$root/.tools/coreclr.lock"
    coreclr=$folder/dotnetcore2/bin/dotnet
    cat >"$csharp/runtimeconfig.json" <<'EOF'
{"runtimeOptions": {"tfm": "netcoreapp3.1", "framework": {"name": "Microsoft.NETCore.App", "version": "3.1.0"},
 "configProperties": {"System.Globalization.Invariant": true}}}
EOF
}
