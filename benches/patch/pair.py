"""Makes a pair of 200 MB files and the real tool's patches between them, once, under build/bench."""
import random
import sys
from pathlib import Path

import hdiffpatch

MB = 1000 * 1000
COMPRESSORS = ["none", "zlib", "bzip2", "lzma", "lzma2", "zstd"]


def code(draw, size):
    """Something like machine code: few distinct bytes, often repeated."""
    words = [draw.randbytes(draw.randint(2, 9)) for _ in range(3000)]
    weights = [1 / (rank + 8) for rank in range(len(words))]
    return b"".join(draw.choices(words, weights, k=size // 5))[:size]


def pair(size):
    draw = random.Random(200)
    old, new = bytearray(), bytearray()
    while len(old) < size:
        block = code(draw, 700_000) if draw.random() < 0.5 else draw.randbytes(700_000)
        old += block
        moved = bytearray(block)
        if draw.random() < 0.5:
            # Addresses that moved: a byte here and there is larger by a few.
            shift = draw.randint(1, 9)
            for at in range(draw.randint(0, 40), len(moved), draw.randint(30, 90)):
                moved[at] = (moved[at] + shift) & 0xFF
        for _ in range(draw.randint(0, 3)):
            at = draw.randrange(len(moved))
            moved[at:at] = code(draw, draw.randint(100, 20_000)) if draw.random() < 0.6 else draw.randbytes(3000)
        new += moved
    return bytes(old[:size]), bytes(new[:size])


def main(folder, size):
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "done").exists():
        return
    old, new = pair(size)
    (folder / "old").write_bytes(old)
    (folder / "new").write_bytes(new)
    plain = hdiffpatch.diff(old, new, validate=False)
    for compressor in COMPRESSORS:
        patch = plain if compressor == "none" else hdiffpatch.recompress(plain, compressor)
        (folder / f"h13-{compressor}.hdiff").write_bytes(patch)
        print(f"{compressor}: {len(patch)} bytes", file=sys.stderr)
    (folder / "done").write_text("")


main(Path(sys.argv[1]), int(float(sys.argv[2]) * MB))
