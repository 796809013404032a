#!/usr/bin/env python3
"""Compares the Swift binding with the header: coverage.py HEADER SOURCES

Names, arity and types are compared by the compiler, since the binding imports the committed header itself. What it
cannot see is what is missing:

- Every function of the header is called, but the blocking twins of what `async` functions start.
- Every constant is named.
- Everything public has a comment for the documentation.
- Nothing is declared thread-safe without the compiler's consent but the owner of a handle and the lock.
"""

import pathlib
import re
import sys

header = re.sub(r"/\*.*?\*/", "", open(sys.argv[1], encoding="utf-8").read(), flags=re.S)
files = {path: path.read_text("utf-8") for path in sorted(pathlib.Path(sys.argv[2]).rglob("*.swift"))}
code = re.sub(r"//.*", "", "\n".join(files.values()))
wrong = []

functions = set(re.findall(r"(\w+)\([^()]*\)\s*;", re.sub(r"^\s*#.*$|typedef[^;]*;", "", header, flags=re.M)))
blocking = {name for name in functions if f"{name}_start" in functions}
# A task waits for an operation by being suspended; the status of an error is what the call returned; Swift has no
# runtime that needs signals.
needless = blocking | {"upgradelink_operation_wait", "upgradelink_operation_is_done", "upgradelink_error_status",
                       "upgradelink_unblock_signals_in_callbacks"}
called = set(re.findall(r"\bupgradelink_\w+", code))
for name in sorted(functions - called - needless):
    wrong.append(f"{name} is not called")
for name in sorted(called & needless):
    wrong.append(f"{name} is not needed: it blocks, or says again what is known")

constants = set(re.findall(r"^#define\s+(UPGRADELINK_\w+) \S", header, re.M)) - {"UPGRADELINK_API"}
meant = {
    "UPGRADELINK_UPGRADE_UNKNOWN",  # UpgradeType.unknown(0)
    "UPGRADELINK_WAIT_FOREVER",  # UInt32.max, to which limits are clamped
    "UPGRADELINK_VERSION_MAJOR", "UPGRADELINK_VERSION_MINOR", "UPGRADELINK_VERSION_PATCH",  # VERSION_NUMBER
}
for name in sorted(constants - set(re.findall(r"\bUPGRADELINK_\w+", code)) - meant):
    wrong.append(f"{name} is not named")

public = 0
for path, text in files.items():
    before = ""
    inside_public_enum = False
    for number, line in enumerate(text.split("\n"), 1):
        stripped = line.strip()
        if re.match(r"(public )?(enum|struct|final class|protocol|extension)\b", stripped):
            inside_public_enum = stripped.startswith("public enum")
        is_case = inside_public_enum and re.match(r"case [^.]*$", stripped) and not stripped.endswith(":")
        declares = re.match(r"(@\w+ )*public (?!extension\b)", stripped)
        if (declares or is_case) and not re.match(r"case .*: ", stripped):
            public += 1
            if not before.startswith(("///", "@")):
                wrong.append(f"{path.name}:{number}: no comment: {stripped}")
        before = stripped or before
    if "@unchecked Sendable" in re.sub(r"//.*", "", text) and path.name not in ("Handle.swift", "Locked.swift"):
        wrong.append(f"{path.name}: @unchecked Sendable")

for line in wrong:
    print(line)
print(f"{len(functions)} functions, {len(functions & called)} called, {len(constants)} constants, "
      f"{public} public declarations, {len(wrong)} wrong")
sys.exit(bool(wrong))
