#!/usr/bin/env python3
"""Says what the conformance list leaves out: coverage.py HEADER CASES_FILE

Every status, kind, setter, getter and verb stands in at least one case, but for what is listed here.
"""

import re
import sys

header, cases = (open(path, encoding="utf-8").read() for path in sys.argv[1:])
lines = [line.split(" ", 2) for line in cases.split("\n") if line and not line.startswith("#")]
header = re.sub(r"/\*.*?\*/", "", header, flags=re.S)
functions = re.findall(r"\bupgradelink_(\w+)\(", header)

LINES = {"config": "config", "query": "query", "fetch_options": "option", "patch_options": "patch", "event": "event"}
RESULTS = {"error": "error", "strategy": "strategy", "version_details": "details", "statistics": "statistics",
           "artifact": "artifact", "patch_info": "patch"}
LEFT_OUT = {
    # Time alone would decide.
    "option stall_timeout_ms", "option lock_wait_ms", "option max_bytes_per_second", "config connect_timeout_ms",
    "strategy.age_ms",
    # The service never offers one that is not above; DOWNGRADE itself has its case.
    "option allow_downgrade",
    # It is functions, not a value.
    "config transport",
    # By series, which are named here.
    "statistics.day_value",
    # It cannot be provoked through the ABI; see README.md.
    "status INTERNAL",
}

wanted = {f"status {name}" for name in re.findall(r"#define UPGRADELINK_ERROR_(\w+)", header)} | {"status OK"}
wanted |= {f"kind {name.lower()}" for name in re.findall(r"#define UPGRADELINK_KIND_(\w+)", header)}
for function in functions:
    for handle, line in LINES.items():
        if found := re.fullmatch(rf"{handle}_(?:set|add)_(\w+)", function):
            wanted.add(f"{line} {found[1]}")
    for handle, result in RESULTS.items():
        if (found := re.fullmatch(rf"{handle}_(?:is_)?(\w+)", function)) and found[1] not in ("free", "status"):
            wanted.add(f"{result}.{found[1]}")

there = set()
for word, *rest in lines:
    if word in LINES.values():
        there.add(f"{word} {rest[0]}")
        if rest[0] == "kind":
            there.add(f"kind {rest[1]}")
    if word == "expect":
        field = re.sub(r"_(contains|lacks)$", "", rest[0])
        there.add(f"status {rest[1]}" if field == "status" else re.sub(r"\.\d+$", "", field))

missing = sorted(wanted - there - LEFT_OUT)
for name in missing:
    print(f"no case has {name}")
titles = [" ".join(line[1:]) for line in lines if line[0] == "case"]
twice = {title for title in titles if titles.count(title) > 1}
print(f"{len(titles)} cases, {len(wanted & there)} of {len(wanted)} covered, {len(missing)} missing")
sys.exit(bool(missing or twice or len(titles) < 60))
