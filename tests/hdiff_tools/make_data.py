"""Makes tests/data/hdiff anew: `python make_data.py CORPUS`, with hdiffpatch, xxhash, zstandard and .tools/hdiffz.

Patches by the real tool for the smallest pairs of the corpus, its small hostile files, one pair of a few
kilobytes (`mixed`) with a patch for every container and compressor, and one pair (`split`) whose only cover
the real tool cuts into three, since it does not fit into a step.
"""
import hashlib
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import hdiffpatch
import patches

ROOT = Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / ".tools" / "hdiffz"
PAIRS = ["edge-empty-empty", "edge-empty-one", "edge-one-empty", "edge-one-one", "edge-shuffle-64"]
NAMES = {"h13": "HDIFF13", "sf20": "HDIFFSF20", "w26": "HDIFFW26", "bsdiff40": "BSDIFF40"}
NAMES["endsley"] = "ENDSLEY/BSDIFF43"


def mixed_pair(draw):
    words = b"upgrade patch window cover step section literal zeros old new size".split()
    text = b" ".join(draw.choice(words) for _ in range(300))
    old = text + draw.randbytes(1500) + bytes(400) + text[::-1]
    new = bytearray(old[600:2500] + b"a new sentence, " * 12 + draw.randbytes(90) + old[100:600] + old[2400:])
    for at in range(700, 900, 8):
        new[at] = (new[at] + 1) & 0xFF
    for at in range(2600, 2700):
        new[at] = (new[at] + 7) & 0xFF
    for at in range(3000, 3040):
        new[at] = (new[at] - 1) & 0xFF
    return old, bytes(new) + draw.randbytes(40)


def split_pair(draw):
    old = draw.randbytes(9000)
    return old, bytes((byte + (at % 40 >= 20)) & 0xFF for at, byte in enumerate(old))


def main(corpus, target):
    shutil.rmtree(target, ignore_errors=True)
    known = json.loads((corpus / "manifest.json").read_text())
    manifest = {"note": "made by tests/hdiff_tools/make_data.py", "cases": [], "hostile": []}

    def keep(path, data):
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)
        return {"path": path, "size": len(data), "md5": hashlib.md5(data).hexdigest()}

    for case in known["cases"]:
        if case["pair"] in PAIRS and "4k" not in case["args"]:
            parts = {p: keep(case[p]["path"], (corpus / case[p]["path"]).read_bytes()) for p in ("old", "new", "patch")}
            manifest["cases"].append({k: case[k] for k in ("id", "format", "compressor")} | parts)
    for name in ("old.bin", "new.bin"):
        keep(f"hostile/{name}", (corpus / "hostile" / name).read_bytes())
    for case in known["hostile"]:
        if case["size"] < 1024:
            keep(case["patch"], (corpus / case["patch"]).read_bytes())
            manifest["hostile"].append({k: case[k] for k in ("patch", "old", "expect", "why")})

    draw = random.Random(4)
    old, new = mixed_pair(draw)
    found = patches.covers(hdiffpatch.diff(old, new))
    for container in patches.CONTAINERS:
        for compressor in ["bz2"] if container in ("bsdiff40", "endsley") else patches.COMPRESSORS:
            name = f"{container}-{compressor or 'none'}"
            patch = patches.write(container, old, new, found, compressor, draw)
            parts = {"old": keep("files/mixed/old", old), "new": keep("files/mixed/new", new)}
            parts["patch"] = keep(f"patches/mixed/{name}.hdiff", patch)
            case = {"id": f"mixed/{name}", "format": NAMES[container], "compressor": compressor}
            manifest["cases"].append(case | parts)

    old, new = split_pair(draw)
    parts = {"old": keep("files/split/old", old), "new": keep("files/split/new", new)}
    patch = target / "patches" / "split" / "w26-zlib.hdiff"
    patch.parent.mkdir()
    files = target / "files" / "split"
    subprocess.run([TOOL, "-WD-4k", "-c-zlib", files / "old", files / "new", patch], check=True)
    parts["patch"] = keep("patches/split/w26-zlib.hdiff", patch.read_bytes())
    manifest["cases"].append({"id": "split/w26-zlib", "format": NAMES["w26"], "compressor": "zlib"} | parts)
    (target / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")


main(Path(sys.argv[1]), ROOT / "tests" / "data" / "hdiff")
