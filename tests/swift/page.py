#!/usr/bin/env python3
"""Writes the Swift programs of a page as files into a folder: page.py PAGE FOLDER

Each becomes a package's target: the one with statements a program, the others functions beside it.
"""

import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[2])
folder.mkdir(parents=True, exist_ok=True)
parts = re.findall(r"^```swift\n(.*?)^```$", pathlib.Path(sys.argv[1]).read_text("utf-8"), re.S | re.M)
programs = [part for part in parts if "import UpgradeLink" in part]
for number, part in enumerate(programs):
    name = "main" if re.search(r"^(let|var) ", part, re.M) else f"part{number}"
    (folder / f"{name}.swift").write_text(part, "utf-8")
print(f"{len(programs)} programs")
sys.exit(not (folder / "main.swift").exists())
