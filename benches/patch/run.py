"""The benchmark of hdiff beside the C library: `benches/patch/run` calls it in its venv.

Each row is one patch. Both sides do the same job on the same files, which lie in the page cache, in child
processes that take turns; the figures are medians. "memory" is patching alone (old and patch in memory, new
made in memory), "file" reads and writes files, "md5" does that and hashes new: ours beside, the C library's
after. CPU is what the bars are about, and wall time for "md5". The binding of the C library reads HDIFF13
only: beside other containers stand, in brackets and unjudged, its figures for HDIFF13 of the same compressor.
"""
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BARS = {"none": 1.0, "zlib": 1.0, "bz2": 1.2, "lzma": 1.2, "lzma2": 1.2, "zstd": 3.0}
ROUNDS = 3


def cases(corpus, large):
    """(pair, container, compressor, old, patch, new size, the C library's patch)"""
    names = {"": "none", "bzip2": "bz2"}
    rows = []
    if (corpus / "manifest.json").exists():
        for case in json.loads((corpus / "manifest.json").read_text())["cases"]:
            ordinary = re.fullmatch(r"(h13|sf20|w26|bsdiff40|endsley)-m(-[a-z0-9]+)?", case["id"].split("/")[1])
            if case["pair"] in ("apk-settings", "so-libcrypto") and ordinary and not case["id"].endswith("ldef"):
                compressor = names.get(case["compressor"], case["compressor"])
                rows.append([case["pair"], case["format"], compressor, corpus / case["old"]["path"],
                             corpus / case["patch"]["path"], case["new"]["size"]])
    for compressor in ["none", "zlib", "bzip2", "lzma", "lzma2", "zstd"]:
        rows.append(["generated", "HDIFF13", names.get(compressor, compressor), large / "old",
                     large / f"h13-{compressor}.hdiff", (large / "new").stat().st_size])
    measures = {(row[0], row[2]): row[4] for row in rows if row[1] == "HDIFF13"}
    for row in rows:
        row.append(measures.get((row[0], {"pbz2": "bz2"}.get(row[2], row[2]))))
    return rows


def once(command, old, patch, new, repeats, mode):
    # Both sides keep their memory: else page faults, which come and go, are half of the small rows.
    environment = os.environ | {"MALLOC_TRIM_THRESHOLD_": str(1 << 30), "MALLOC_MMAP_THRESHOLD_": str(1 << 30)}
    command = [*command, old, patch, new, str(repeats), mode]
    output = subprocess.run(command, check=True, capture_output=True, env=environment)
    return json.loads(output.stdout.splitlines()[-1])


def measure(ours, old, patch, measure_patch, repeats, mode, out):
    """Medians of (wall, cpu, peak KiB) of ours and of the C library, in turns."""
    sides = {"ours": (ours, patch), "c": ([sys.executable, HERE / "c_library.py"], measure_patch)}
    found = {side: [] for side in sides}
    peaks = {}
    for _ in range(ROUNDS):
        for side, (command, its_patch) in sides.items():
            if its_patch is None:
                continue
            result = once(command, old, its_patch, out, repeats, mode)
            found[side] += result["times"]
            peaks[side] = max(peaks.get(side, 0), result["peak"])
    medians = {side: [statistics.median(column) for column in zip(*found[side])] or [None, None] for side in sides}
    return {side: (*medians[side], peaks.get(side)) for side in sides}


def main(ours, corpus, large):
    out = ROOT / "build" / "bench" / "out"
    print(f"{'pair':13}{'container':18}{'comp.':7}{'mode':8}{'MB/s':>7}{'CPU s':>9}{'C CPU s':>9}{'ratio':>8}{'bar':>6}"
          f"{'peak MB':>9}{'C peak':>8}")
    missed = []
    for pair, container, compressor, old, patch, size, measure_patch in cases(corpus, large):
        repeats = 2 if size > 100e6 else 12
        for mode in ("memory", "file", "md5"):
            if mode == "md5" and container != "HDIFF13":
                continue
            result = measure([ours], old, patch, measure_patch, repeats, mode, out)
            which, bar = (0, 0.95) if mode == "md5" else (1, BARS.get(compressor, 1.2))
            mine, theirs = result["ours"][which], result["c"][which]
            ratio = mine / theirs if theirs else float("nan")
            judged = container == "HDIFF13"
            mark = " MISSED" if judged and ratio > bar else ""
            shown = f"{ratio:.2f}" if judged else f"({ratio:.2f})"
            if mark:
                missed.append(f"{pair} {container} {compressor} {mode}: {ratio:.2f} > {bar}")
            print(f"{pair:13}{container:18}{compressor:7}{mode:8}{size / 1e6 / result['ours'][0]:7.0f}{mine:9.4f}"
                  f"{theirs or 0:9.4f}{shown:>8}{bar:6.2f}{result['ours'][2] / 1024:9.1f}"
                  f"{(result['c'][2] or 0) / 1024:8.1f}{mark}", flush=True)
    print("\n".join(["", "Bars missed:", *missed]) if missed else "\nAll bars are met.")


main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
