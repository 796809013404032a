# The real tool, from its source in PyPI's hdiffpatch; to be sourced. Leaves .tools/hdiffz.
# shellcheck shell=bash disable=SC2154
need python3 python3 python3-venv
need g++ g++
need make make
need /usr/include/xxh3.h libxxhash-dev # the one library that the package leaves out

if [ ! -x "$root/.tools/hdiffz" ]; then
    made=$root/.tools/hdiffz.new
    rm -rf "$made"
    mkdir -p "$made"
    [ -x "$root/.tools/venv/bin/pip" ] || python3 -m venv "$root/.tools/venv"
    # 2.6.0 has HDiffPatch 5.1.3.
    echo "hdiffpatch==2.6.0 --hash=sha256:9f0d05ee1784a8223df4ca806c47c4fc0dc2048aabd24e8694730e55a39aa5a6" >"$made/pinned"
    quietly "$root/.tools/venv/bin/pip" download --no-deps --no-binary hdiffpatch -d "$made" -r "$made/pinned"
    tar xzf "$made/hdiffpatch-2.6.0.tar.gz" -C "$made" --strip-components=3 hdiffpatch-2.6.0/hdiffpatch/_c_src
    # Folders stay in: the Makefile has the checksums with them. VCDIFF and the tool's own tests are not needed.
    quietly make -C "$made/HDiffPatch" -j"$(nproc)" VCD=0 UTEST_OBJ= hdiffz
    mv "$made/HDiffPatch/hdiffz" "$root/.tools/hdiffz"
    rm -rf "$made"
fi
