#!/usr/bin/env python3
"""What the library brings along.

dependencies.py check     licences, duplicate crates and sources; prints what is wrong
dependencies.py notices   the licence texts of the crates in the library, for those who ship it
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = "registry+https://github.com/rust-lang/crates.io-index"
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "bzip2-1.0.6",
    "CDLA-Permissive-2.0",  # the data of webpki-roots
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
}
# MPL-2.0, but it only writes the header.
TOOLS = {"cbindgen"}
# The crates of a build for any of these belong to the library.
PLATFORMS = [
    "aarch64-apple-darwin",
    "aarch64-apple-ios",
    "aarch64-linux-android",
    "aarch64-unknown-linux-gnu",
    "armv7-linux-androideabi",
    "x86_64-pc-windows-gnu",
    "x86_64-pc-windows-msvc",
    "x86_64-unknown-linux-gnu",
]


def metadata():
    command = ["cargo", "metadata", "--locked", "--all-features", "--format-version", "1"]
    for platform in PLATFORMS:
        command += ["--filter-platform", platform]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)


def linked(data):
    """The packages whose code is in the library: normal dependencies, but not what only macros use."""
    packages = {package["id"]: package for package in data["packages"]}
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    todo = [key for key, package in packages.items() if package["name"] == "upgradelink"]
    found = {}
    while todo:
        key = todo.pop()
        if key in found or any("proc-macro" in target["kind"] for target in packages[key]["targets"]):
            continue
        found[key] = packages[key]
        for dependency in nodes[key]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                todo.append(dependency["pkg"])
    others = (package for package in found.values() if package["name"] != "upgradelink")
    return sorted(others, key=lambda package: (package["name"], package["version"]))


def permitted(expression):
    """Whether an SPDX expression can be met with the licences that are allowed."""
    names = r"[\w.+-]+(?: WITH [\w.+-]+)?"

    def judge(match):
        word = match.group(0)
        return word.lower() if word in ("AND", "OR") else str(word in ALLOWED)

    words = re.sub(names, judge, expression.replace("/", " OR "))
    return bool(re.fullmatch(r"[\sadnorTrueFals()]+", words)) and eval(words)


def check():
    data = metadata()
    wrong = []
    for package in data["packages"]:
        name = f"{package['name']} {package['version']}"
        if package["source"] not in (None, SOURCE):
            wrong.append(f"{name} comes from {package['source']}, not from crates.io")
        if package["source"] and package["name"] not in TOOLS and not permitted(package["license"] or ""):
            wrong.append(f"{name} has the licence {package['license'] or 'of nobody knows what'}")
    versions = {}
    for package in linked(data):
        versions.setdefault(package["name"], []).append(package["version"])
    for name, several in versions.items():
        if len(several) > 1:
            wrong.append(f"{name} is in the library more than once: {', '.join(several)}")
    for line in wrong:
        print(line)
    print(f"{len(data['packages'])} packages, {len(versions)} crates in the library, {len(wrong)} wrong")
    return bool(wrong)


def texts_of(package):
    """The licence texts in a package; of those that it lets choose, MIT."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = [path for path in sorted(folder.iterdir())
             if path.is_file() and re.match(r"licen[cs]e|copying|copyright|notice", path.name, re.I)]
    if " OR " in package["license"].replace("/", " OR "):
        files = [path for path in files if "mit" in path.name.lower()] or files
    for path in files:
        lines = path.read_text("utf-8", "replace").strip().splitlines()
        yield "\n".join(line.rstrip() for line in lines)


def notices():
    crates = linked(metadata())
    texts = {}
    for package in crates:
        for text in texts_of(package):
            same = re.sub(r"\W+", " ", text)
            texts.setdefault(same, (text, []))[1].append(f"{package['name']} {package['version']}")
    print("upgradelink contains the standard library of Rust (https://www.rust-lang.org, MIT OR Apache-2.0)")
    print("and these works, under the licences below.\n")
    for package in crates:
        print(f"{package['name']} {package['version']}  {package['license']}\n    {package['repository']}")
    for text, names in texts.values():
        print(f"\n{'=' * 78}\n{', '.join(dict.fromkeys(names))}\n{'-' * 78}\n\n{text}")


if __name__ == "__main__":
    actions = {"check": check, "notices": notices}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        sys.exit(__doc__)
    sys.exit(actions[sys.argv[1]]())
