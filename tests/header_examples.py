#!/usr/bin/env python3
"""Prints a C file of the examples in a header's comments: the paragraphs that are indented there."""

import re
import sys

text = open(sys.argv[1], encoding="utf-8").read()
print('#include <stdio.h>\n#include "upgradelink.h"')
number = 0
for comment in re.findall(r"/\*.*?\*/", text, re.S):
    lines = [re.sub(r"^ \* ?", "", line) for line in comment.splitlines()[1:-1]]
    paragraphs = re.split(r"\n(?=\S|$)|\n\n", "\n".join(lines))
    code = "\n\n".join(part for part in paragraphs if part.startswith("  "))
    if code:
        number += 1
        print(f"void example_{number}(void);\nvoid example_{number}(void) {{\n{code}\n}}")
if not number:
    sys.exit("the header has no example")
