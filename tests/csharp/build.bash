# How C# is built here; to be sourced after tests/lanes/common.bash.
# shellcheck shell=bash
need mcs mono-mcs mono-runtime libmono-corlib4.5-cil libmono-system-core4.0-cil
csharp=$root/build/csharp
mkdir -p "$csharp"

# The binding; a public name without documentation is an error.
build_binding() {
    mcs -langversion:latest -unsafe -debug -target:library -warn:4 -warnaserror \
        -doc:"$csharp/UpgradeLink.xml" -out:"$csharp/UpgradeLink.dll" bindings/csharp/src/*.cs
}

# build_program NAME SOURCE...: a program beside the binding.
build_program() {
    mcs -langversion:latest -debug -warn:4 -warnaserror -r:"$csharp/UpgradeLink.dll" -out:"$csharp/$1.exe" "${@:2}"
}
