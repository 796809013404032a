#!/usr/bin/env bash
# the demo passes on the documented catalogue and fails on every other
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"

demo=$(make -s demo 2>&1) || { echo "$demo"; exit 1; }
echo "$demo"

# It ends with a fetched file, which is the one that the dev server says.
file=build/demo/app-2.apk
if [ "$(tail -n 1 <<<"$demo")" != "  verified size MD5" ] || ! grep -q "MD5      $(md5sum <$file | cut -d' ' -f1)" <<<"$demo"; then
    echo "the demo does not end with a verified file"
    exit 1
fi

# Ctrl-C ends the fetch with CANCELLED and leaves the part; the next run goes on with it; the bar goes to a
# log in lines.
rm -rf build/demo
# shellcheck disable=SC2016
scripts/with-dev-server.sh --quiet --catalogue examples/demo.toml -- bash -ec '
    build/fetch apk isVZBUvkFhv6oHxk_X-D0Q 1 build/demo 2>build/fetch.log & pid=$!
    until grep -q "[2-9][0-9] %" build/fetch.log; do kill -0 $pid; sleep 0.02; done
    kill -INT $pid
    if wait $pid; then echo "an interrupted fetch is a success"; exit 1; fi
    grep -q ^CANCELLED build/fetch.log
    test -s build/demo/app-2.apk.part
    build/fetch apk isVZBUvkFhv6oHxk_X-D0Q 1 build/demo 2>>build/fetch.log | grep "an earlier run had begun"
'
if grep -q $'\r' build/fetch.log; then
    echo "the bar draws into a log"
    exit 1
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
altered=0
while read -r what expression; do
    sed -E "$expression" dev-server/catalogues/documented.toml >"$folder/catalogue.toml"
    if cmp -s dev-server/catalogues/documented.toml "$folder/catalogue.toml"; then
        echo "$what: $expression changes nothing"
        exit 1
    fi
    if said=$(scripts/with-dev-server.sh --quiet --catalogue "$folder/catalogue.toml" -- build/check 2>&1); then
        echo "$what was altered and the demo did not see it:"
        echo "$said"
        exit 1
    fi
    if ! grep -q "$what" <<<"$said"; then
        echo "$what was altered and the demo does not name it:"
        echo "$said"
        exit 1
    fi
    altered=$((altered + 1))
done <<'ALTERATIONS'
packageName s/com.a.c/com.a.d/
versionName s/name = "v2"/name = "v3"/
urlPath s/2.exe/3.exe/
urlPath s/2.apk/3.apk/
urlPath s/48x.png/49x.png/
urlFileSize s/size = 7213$/size = 7214/
urlFileSize s/size = 7213,/size = 7214,/
urlFileMd5 s/size = 7213, md5 = "3/size = 7213, md5 = "4/
patchUrlPath s/1-2.patch/0-2.patch/
patchUrlFileSize s/size = 203/size = 204/
patchUrlFileMd5 s/size = 203, md5 = "3/size = 203, md5 = "4/
upgradeType s/upgrade_type = 1/upgrade_type = 3/
promptUpgradeContent s/Prompt content/prompt content/
description s/Version description/A description/
versionCode s/^(code|to) = 2/\1 = 3/
NO s/SkEgKQ4SyLmzazl31fJnAw/SkEgKQ4SyLmzazl31fJnAx/
AUTHENTICATION s/mui2W50H1j/mui2W50H1k/
ALTERATIONS
echo "$altered altered catalogues were noticed"
