"""The same job as main.rs, by the C library: OLD PATCH NEW REPEATS file|memory|md5."""
import contextlib
import gc
import hashlib
import json
import os
import resource
import sys
import time

import hdiffpatch


def read(path):
    with open(path, "rb") as file:
        return file.read()


def to_file(old, patch, new, hashed):
    made = hdiffpatch.apply(read(old), read(patch))
    with open(new, "wb") as file:
        file.write(made)
    if hashed:
        hashlib.md5(made).digest()


def main(old, patch, new, repeats, mode):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if mode == "memory":
        old, patch = read(old), read(patch)
    times = []
    for _ in range(int(repeats)):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)  # as in main.rs
        wall, cpu = time.perf_counter(), time.thread_time()
        if mode == "memory":
            hdiffpatch.apply(old, patch)
        else:
            to_file(old, patch, new, mode == "md5")
        times.append((time.perf_counter() - wall, time.thread_time() - cpu))
        gc.collect()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"times": times, "peak": peak}))


main(*sys.argv[1:])
