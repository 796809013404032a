"""Random pairs, diffed by the real tool and applied by ours: `python3 tests/hdiff_differential.py [PAIRS [SEED]]`.

For each pair the real tool (PyPI's hdiffpatch, in a venv under .tools) writes one patch; its covers are
written anew in the other containers, with whatever compressor. The Rust test of the same name applies them.
The seed is printed; the same seed makes the same pairs.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tests" / "hdiff_tools"
PYTHON = ROOT / ".tools" / "venv" / "bin" / "python"


def into_venv():
    """Starts again in the venv, which is made first if it is not there."""
    try:
        import hdiffpatch, xxhash, zstandard  # noqa: F401
    except ImportError:
        if Path(sys.prefix) == PYTHON.parent.parent:
            raise
        if not PYTHON.exists():
            subprocess.run([sys.executable, "-m", "venv", PYTHON.parent.parent], check=True)
        requirements = str(TOOLS / "requirements.txt")
        subprocess.run([PYTHON, "-m", "pip", "-q", "install", "-r", requirements], check=True)
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def base(draw):
    size = draw.choice([0, 1, 2, 50, 900, 5000, 20_000, 20_000, 70_000, 300_000])
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
        return data[:at] + draw.randbytes(draw.choice([1, 30, 2000])) + data[at:]
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
    for _ in range(draw.choice([0, 1, 2, 5, 20])):
        new = change(new, draw)
    return old, new


def main(pairs, seed):
    import random

    import hdiffpatch as tool

    sys.path.insert(0, str(TOOLS))
    import patches

    def config(draw):
        level = draw.randint(1, 9)
        return draw.choice(
            [
                None,
                tool.ZlibConfig(level=level),
                tool.BZip2Config(level=level),
                tool.LzmaConfig(level=level, window=draw.randint(12, 26)),
                tool.Lzma2Config(level=level, window=draw.randint(12, 26)),
                tool.ZStdConfig(level=draw.randint(1, 20), window=draw.choice([None, 10, 20, 27])),
            ]
        )

    print(f"seed {seed}: {pairs} pairs", flush=True)
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for number in range(pairs):
            old, new = pair(draw)
            place = folder / f"{number:04}"
            place.mkdir()
            (place / "old").write_bytes(old)
            (place / "new").write_bytes(new)
            chosen = config(draw)
            (place / f"real-{type(chosen).__name__}.hdiff").write_bytes(tool.diff(old, new, chosen))
            found = patches.covers(tool.diff(old, new))
            for container in patches.CONTAINERS:
                compressor = draw.choice(patches.COMPRESSORS)
                more = {"checksum": draw.choice(list(patches.CHECKSUMS))} if container == "w26" else {}
                patch = patches.write(container, old, new, found, compressor, draw, **more)
                if container == "h13" and compressor != "pbz2" and tool.apply(old, patch) != new:
                    raise AssertionError(f"pair {number}: the real tool does not read our {compressor} patch")
                (place / f"{container}-{compressor or 'none'}.hdiff").write_bytes(patch)
        environment = os.environ | {"HDIFF_DIFFERENTIAL": str(folder)}
        command = ["cargo", "test", "--quiet", "--test", "hdiff_differential", "--", "--nocapture"]
        if subprocess.run(command, cwd=ROOT, env=environment).returncode != 0:
            sys.exit(f"failed with seed {seed}")


into_venv()
main(
    int(sys.argv[1]) if len(sys.argv) > 1 else 300,
    int(sys.argv[2]) if len(sys.argv) > 2 else int.from_bytes(os.urandom(4), "big"),
)
