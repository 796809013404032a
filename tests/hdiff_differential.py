"""Random pairs, diffed by the real tool and applied by ours: `tests/lanes/differential.sh [PAIRS [SEED]]`.

For each pair the real tool, which the lane builds, writes one patch in every container, with whatever options
it has for that; it checks each itself. Of its covers our own writer (hdiff_tools/patches.py) makes one patch
more in each of HDIFF13, SF20 and W26, where the format leaves free what the tool does in its own way alone:
the cut into steps and windows, which sections are raw, padded sizes, batches of records, reserved bytes. The
real tool has to read those too. The Rust test of the same name applies them all.
The seed is printed; the same seed makes the same pairs and patches.
"""
import os
import random
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tests" / "hdiff_tools"
PYTHON = ROOT / ".tools" / "venv" / "bin" / "python"
TOOL = ROOT / ".tools" / "hdiffz"


def into_venv():
    """Starts again in the venv, which is made first if it is not there."""
    try:
        import xxhash, zstandard  # noqa: F401
    except ImportError:
        if Path(sys.prefix) == PYTHON.parent.parent:
            raise
        if not PYTHON.exists():
            subprocess.run([sys.executable, "-m", "venv", PYTHON.parent.parent], check=True)
        requirements = str(TOOLS / "requirements.txt")
        subprocess.run([PYTHON, "-m", "pip", "-q", "install", "-r", requirements], check=True)
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def base(draw):
    size = draw.choice([0, 1, 50, 900, 5000, 20_000, 70_000, 150_000, 300_000, 300_000])
    kind = draw.random()
    if kind < 0.3:
        return draw.randbytes(size)
    if kind < 0.4:
        return bytes([draw.randrange(256)]) * size
    words = [draw.randbytes(draw.randint(1, 8)) for _ in range(draw.choice([3, 40, 500]))]
    return b"".join(draw.choices(words, k=size // 4 + 1))[:size]


def change(data, draw):
    """One edit of the kinds that new versions have."""
    at = draw.randint(0, len(data))
    end = min(len(data), at + draw.choice([1, 7, 100, 3000, 30_000]))
    part = data[at:end]
    kind = draw.randrange(9)
    if kind == 0:
        return data[:at] + base(draw)[: draw.choice([1, 30, 2000, 30_000])] + data[at:]
    if kind == 1:
        return data[:at] + data[end:]
    if kind == 2:
        return data[:at] + part * draw.randint(2, 5) + data[end:]
    if kind == 3:
        return data[end:] + data[:end]
    if kind == 4:
        amount = draw.choice([1, 255, draw.randrange(256)])
        return data[:at] + bytes((byte + amount) & 255 for byte in part) + data[end:]
    if kind == 5:
        every = draw.randint(2, 60)
        return data[:at] + bytes(byte ^ (n % every == 0) for n, byte in enumerate(part)) + data[end:]
    if kind == 6:
        return data[:at] + bytes(draw.choice([10, 5000])) + data[at:]
    if kind == 7:
        return data[:at] + part[::-1] + data[end:]
    return data[: draw.choice([at, len(data)])]


def pair(draw):
    old = base(draw)
    if draw.random() < 0.08:
        return old, base(draw)
    new = old
    for _ in range(draw.choice([0, 1, 3, 10, 40])):
        new = change(new, draw)
    return old, new


def compressor(draw):
    size = draw.choice(["4k", "5000", "64k", "1m", "8m", "100m"])
    return "-c-" + draw.choice(
        [
            "no",
            f"zlib-{draw.randint(1, 9)}-{draw.randint(9, 15)}",
            f"ldef-{draw.randint(1, 12)}",
            f"bzip2-{draw.randint(1, 9)}",
            f"pbzip2-{draw.randint(1, 9)}",
            f"lzma-{draw.randint(0, 9)}-{size}",
            f"lzma2-{draw.randint(0, 9)}-{size}{draw.choice(['', '-1m'])}",
            f"zstd-{draw.randint(0, 22)}-{draw.randint(10, 27)}",
        ]
    )


def matching(draw):
    """How the tool looks for what old and new share."""
    if draw.random() < 0.4:
        options = [f"-s-{draw.choice([4, 16, 64, 1024])}"]
    else:
        options = [f"-m-{draw.randint(0, 9)}", f"-block-{draw.choice([0, 4, 128, 1024])}"]
        options += draw.choice([[], ["-cache"]])
    if draw.random() < 0.6:
        options.append(f"-w-{draw.choice(['32k', '32k', '64k', '1m'])}{draw.choice(['', '-512', '-8k'])}")
    return [*options, f"-p-{draw.choice([1, 2])}"]


def containers(draw):
    """The options for each container; the last ones have bz2 alone."""
    step = draw.choice(["", "-4k", "-5000", "-64k", "-8m"])
    checksum = draw.choice(["no", "xxh128", "xxh3", "md5", "crc32", "fadler64"])
    return {
        "h13": [compressor(draw)],
        "sf20": [f"-SD{step}", compressor(draw)],
        "w26": [f"-WD{step}", f"-C-{checksum}", compressor(draw)],
        "bsdiff40": ["-BSD", f"-c-bz2-{draw.randint(1, 9)}"],
        "endsley": ["-BSD", "-SD", f"-c-bz2-{draw.randint(1, 9)}"],
    }


def run_tool(*arguments):
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"hdiffz {' '.join(map(str, arguments))}: {done.stdout[-500:]}{done.stderr}")


def make(place, draw):
    """A pair and its patches, each named after how it was made."""
    import patches

    for folder in (place, place / "tool", place / "ours"):
        folder.mkdir()
    old, new = pair(draw)
    (place / "old").write_bytes(old)
    (place / "new").write_bytes(new)
    for container, options in containers(draw).items():
        options += matching(draw)
        run_tool(*options, place / "old", place / "new", place / "tool" / f"{container} {' '.join(options)}")

    run_tool(place / "old", place / "new", place / "plain")
    found = patches.covers((place / "plain").read_bytes())
    for container in ["h13", "sf20", "w26"]:
        compressor = draw.choice(patches.COMPRESSORS)
        more = {"checksum": draw.choice(list(patches.CHECKSUMS))} if container == "w26" else {}
        patch = place / "ours" / f"{container} {compressor} {' '.join(more.values())}"
        patch.write_bytes(patches.write(container, old, new, found, compressor, draw, **more))
        run_tool("-t", place / "old", place / "new", patch)


def main(pairs=300, seed=None):
    sys.path.insert(0, str(TOOLS))
    if seed is None:
        seed = int.from_bytes(os.urandom(4), "big")
    print(f"seed {seed}: {pairs} pairs", flush=True)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as workers:
        places = [Path(folder) / f"{number:04}" for number in range(pairs)]
        list(workers.map(make, places, [random.Random(f"{seed}/{place.name}") for place in places]))
        environment = os.environ | {"HDIFF_DIFFERENTIAL": folder}
        command = ["cargo", "test", "--quiet", "--test", "hdiff_differential", "--", "--nocapture"]
        if subprocess.run(command, cwd=ROOT, env=environment).returncode != 0:
            sys.exit(f"failed with seed {seed}")


into_venv()
main(*map(int, sys.argv[1:]))
