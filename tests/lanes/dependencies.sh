#!/usr/bin/env bash
# licences, duplicate crates and sources are as allowed, and the notices name what is in the library
# shellcheck source=tests/lanes/common.bash
source "$(dirname "$0")/common.bash"
need python3 python3

packaging/dependencies.py check
packaging/dependencies.py notices | diff - THIRD-PARTY-NOTICES >/dev/null || {
    echo "THIRD-PARTY-NOTICES is out of date: make notices"
    exit 1
}
