#!/usr/bin/env python3
"""Compares the header with the sources and the shared library: header_symbols.py HEADER SOURCES LIBRARY

- The library exports the functions of the header and nothing more.
- Every name of the header has the prefix.
- Every export of the sources runs its body inside a guard.
"""

import pathlib
import re
import subprocess
import sys

header_path, sources, library = sys.argv[1:]
text = open(header_path, encoding="utf-8").read()
code = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
wrong = []

# The last name before the parenthesis of a line's end is the function's.
declarations = re.sub(r"^\s*#.*$|typedef[^;]*;", "", code, flags=re.M)
functions = set(re.findall(r"(\w+)\([^()]*\)\s*;", declarations))

lines = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
exported = {line.split()[-1] for line in lines.splitlines()}
for name in sorted(functions ^ exported):
    wrong.append(f"{name} is " + ("not exported" if name in functions else "exported but not in the header"))

macros = set(re.findall(r"^#define\s+(\w+)", code, re.M))
types = set(re.findall(r"typedef[^;]*?\b(\w+);", code)) | set(re.findall(r"\(\*(\w+)\)", code))
for name in sorted(types | functions):
    if not name.startswith("upgradelink_"):
        wrong.append(f"{name} has no prefix")
for name in sorted(macros):
    if not name.startswith("UPGRADELINK_"):
        wrong.append(f"{name} has no prefix")

# A body is guarded by one of the guards, or by a function whose body is: one of its own file or of text.rs.
GUARDS = {"guard", "guard_or", "guard_set", "free", "start"}


def guarded_in(source, known):
    """The functions of a file that run inside a guard."""
    bodies = dict(re.findall(r"^(?:pub )?(?:unsafe )?(?:extern \"C\" )?fn (\w+).*?\{\n(.*?)^\}", source, re.S | re.M))
    safe = set()
    for _ in range(3):
        calls = re.compile(rf"\b(?:{'|'.join(safe | known)})\(")
        safe |= {name for name, body in bodies.items() if calls.search(body)}
    return safe


ffi = pathlib.Path(sources, "ffi")
helpers = guarded_in((ffi / "text.rs").read_text("utf-8"), GUARDS)
guarded = 0
for path in sorted(ffi.glob("*.rs")):
    source = path.read_text("utf-8")
    safe = guarded_in(source, GUARDS | helpers)
    for name in re.findall(r"#\[unsafe\(no_mangle\)\]\s*pub (?:unsafe )?extern \"C\" fn (\w+)", source):
        guarded += 1
        if name not in safe:
            wrong.append(f"{path}: {name} has no guard")
        if name not in functions:
            wrong.append(f"{path}: {name} is not in the header")
if guarded != len(functions):
    wrong.append(f"the sources have {guarded} exports, the header {len(functions)}")

for line in wrong:
    print(line)
print(f"{len(functions)} functions, {len(types)} types, {len(macros)} macros, {len(exported)} symbols, {len(wrong)} wrong")
sys.exit(bool(wrong))
