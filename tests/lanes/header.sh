#!/usr/bin/env bash
# both headers compile alone and twice everywhere; header, sources and exported symbols are one
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need clang clang

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
header=include/upgradelink.h
warnings=(-Wall -Wextra -Wpedantic -Werror -fsyntax-only -Iinclude -Ibindings/cpp)

# compiles HEADER LANGUAGE COMPILER STANDARDS [OPTION...]
compiles() {
    local name=$1 language=$2 compiler=$3 standard
    for standard in $4; do
        for again in "" "#include \"$name\""; do
            printf '#include "%s"\n%s\n' "$name" "$again" >"$work/alone.$language"
            "$compiler" -std="$standard" "${warnings[@]}" "${@:5}" "$work/alone.$language"
        done
    done
    echo "$name compiles with $compiler as $4"
}
for c in gcc clang; do
    compiles upgradelink.h c $c "c99 c11 c17 c2x" -Wstrict-prototypes -Wc++-compat
done
for cpp in g++ clang++; do
    compiles upgradelink.h cpp $cpp "c++11 c++14 c++17 c++20 c++2b"
    compiles upgradelink.hpp cpp $cpp "c++17 c++20 c++2b" -Wconversion -Wshadow
    compiles upgradelink.hpp cpp $cpp "c++17 c++20 c++2b" -Wconversion -Wshadow -fno-exceptions
done

# The example that opens the header, and every other one, is code.
python3 tests/header_examples.py $header >"$work/examples.c"
gcc -std=c99 "${warnings[@]}" "$work/examples.c"

# So is every C and C++ program that a page shows.
for page in README.md docs/*.md; do
    [ -f "$page" ] || continue
    for language in c cpp; do
        awk -v language="$language" -v to="$work/page" '
            $0 == "```" language { file = to (++count) "." language; next }
            $0 == "```" { file = "" }
            file { print >file }' "$page"
    done
    for program in "$work"/page*; do
        [ -f "$program" ] || continue
        grep -q '^#include' "$program" || { rm "$program"; continue; } # some lines of one
        case $program in *.c) compiler=(gcc -std=c99) ;; *) compiler=(g++ -std=c++17) ;; esac
        "${compiler[@]}" "${warnings[@]}" "$program"
        rm "$program"
    done
    echo "the programs of $page compile"
done

tests/readme.py --check
scripts/header.sh "$work/generated.h"
diff -u $header "$work/generated.h" || { echo "the header is not what src/ffi says: make header"; exit 1; }

make -s library
compare() {
    python3 tests/header_symbols.py "$1" "$2" "$out/release/libupgradelink.so"
}
compare $header src

# The C++ binding leaves nothing out, but for the numbers of the version.
left_out=$(grep -oE '\bupgradelink_[a-z0-9_]+\(|^#define UPGRADELINK_[A-Z0-9_]+ .' $header | sed 's/#define //; s/[( ].*//' |
    sort -u | grep -vE '_API$|VERSION_(MAJOR|MINOR|PATCH)$' | grep -vwFf <(grep -oiE '\bupgradelink_[a-z0-9_]+' bindings/cpp/upgradelink.hpp) || :)
[ -z "$left_out" ] || { echo "the C++ binding leaves out: $left_out"; exit 1; }

# The comparison itself notices what it is for.
notices() {
    if compare "$2" "$3" >"$work/said"; then
        echo "the comparison does not notice $1"
        exit 1
    fi
}
sed 's/upgradelink_version_number/upgradelink_version_count/' $header >"$work/renamed.h"
notices "a function that is not exported" "$work/renamed.h" src
sed '/^UPGRADELINK_API const char \*upgradelink_version(void);/d' $header >"$work/shorter.h"
notices "an export that the header does not have" "$work/shorter.h" src
sed 's/define UPGRADELINK_OK/define OK/' $header >"$work/unnamed.h"
notices "a constant without the prefix" "$work/unnamed.h" src
cp -r src "$work/src"
sed -i 's/guard_or(0, || Ok(truth(unsafe { borrow(operation) }?.core.is_done())))/0/' "$work/src/ffi/operation.rs"
notices "an export without a guard" $header "$work/src"
