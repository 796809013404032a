# A copy of the toolchain with std's source, for lanes that build std; to be sourced with `tools` set.
# The copy is made of hard links. RUSTC_BOOTSTRAP is for such lanes alone: nothing that is shipped is built
# with it.
# shellcheck shell=bash disable=SC2154
version=1.95.0
package=1.95.0+dfsg1-2~bpo13+1 # of Debian's trixie-backports

mkdir -p "$tools"
{
    flock 8
    if [ ! -d "$tools/tc/lib/rustlib/src/rust/library" ]; then
        [ "$(rustc -V | cut -d' ' -f2)" = $version ] || { echo "rust-src is that of rustc $version"; exit 1; }
        mkdir -p "$tools"/apt/{lists/partial,archives/partial}
        mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources | head -1)
        keyring=/usr/share/keyrings/debian-archive-keyring.gpg
        echo "deb [signed-by=$keyring] $mirror trixie-backports main" >"$tools/apt/backports.list"
        apt=(apt-get -q -o Dir::Etc::sourcelist="$tools/apt/backports.list" -o Dir::Etc::sourceparts=-
            -o Dir::State::lists="$tools/apt/lists" -o Dir::Cache="$tools/apt"
            -o Acquire::Languages=none -o APT::Sandbox::User=root)
        quietly "${apt[@]}" update
        (cd "$tools/apt" && quietly "${apt[@]}" download "rust-src=$package")
        dpkg-deb --fsys-tarfile "$tools"/apt/rust-src_*.deb | tar x -C "$tools" "./usr/src/rustc-$version/library"
        rm -rf "$tools/tc"
        cp -al "$(rustc --print sysroot)" "$tools/tc"
        mkdir -p "$tools/tc/lib/rustlib/src/rust"
        ln -sfn "$tools/usr/src/rustc-$version/library" "$tools/tc/lib/rustlib/src/rust/library"
    fi
} 8>"$tools/rust-src.lock"
export PATH="$tools/tc/bin:$PATH" RUSTC_BOOTSTRAP=1
