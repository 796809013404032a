#!/usr/bin/env bash
# a file of more than 4 GiB is fetched, cut beyond that border and gone on with there
source "$(dirname "$0")/common.bash"
need curl curl

size=4500000000
folder=$out/large
free=$(df --output=avail -B1 "$root" | tail -n 1)
if [ "$free" -lt $((size + 1000000000)) ]; then
    echo "skipped: $free bytes are free, $size and some more are needed"
    exit 0
fi
rm -rf "$folder"
mkdir -p "$folder"
trap 'rm -rf "$folder"' EXIT

make -s build/fetch
cargo build --quiet --release --locked -p dev-server
cat >"$folder/catalogue.toml" <<TOML
[[credentials]]
access_key = "mui2W50H1j-OC4xD6PgQag"
secret_key = "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc"
[[files]]
name = "large.img"
sparse = $size
[[apps]]
kind = "apk"
key = "large"
package_name = "com.example.large"
tasks = [{ to = 2 }]
versions = [{ code = 2, name = "2", download = { file = "large.img", md5 = "ecc4c38be1f8dbe5739e8f77e506a22c" } }]
[[faults]]
on = "/files/large.img"
times = 1
cut = { after = 4400000000 }
TOML

# shellcheck disable=SC2016
UPGRADELINK_DEV_SERVER=$out/release/upgradelink-dev-server scripts/with-dev-server.sh --admin --quiet \
    --catalogue "$folder/catalogue.toml" -- bash -ec '
        build/fetch apk large 1 "$0/fetched" 2>/dev/null
        curl -fs "$UPGRADELINK_ENDPOINT/_dev/requests" >"$0/requests"
    ' "$folder" >"$folder/said"
cat "$folder/said"
grep -q "verified size MD5" "$folder/said"
grep -q "came     downloaded, $size bytes" "$folder/said"
grep -qi "range: bytes=4400000000-" "$folder/requests"
[ "$(stat -c %s "$folder/fetched/large.img")" -eq $size ]
