#!/usr/bin/env python3
"""Puts the files that README.md names into its code blocks; with --check, fails where one differs."""

import re
import sys

readme = open("README.md", encoding="utf-8").read()
marked = re.compile(r"(<!-- (\S+) -->\n```\w*\n).*?(```\n)", re.S)


def block(found):
    return found[1] + open(found[2], encoding="utf-8").read() + found[3]


filled = marked.sub(block, readme)
if not marked.search(readme):
    sys.exit("README.md names no file")
if "--check" in sys.argv and filled != readme:
    sys.exit("README.md shows something else than its examples: run tests/readme.py")
open("README.md", "w", encoding="utf-8").write(filled)
