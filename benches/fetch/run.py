#!/usr/bin/env python3
"""Fetches with our library and with curl, in turns, and prints medians and bars.

run.py ENDPOINT FOLDER [ROUNDS]
"""

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import time


def timed(*command, **more):
    started = time.monotonic()
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more).stdout
    return time.monotonic() - started, output


def main():
    endpoint, folder = sys.argv[1:3]
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    program, target = f"{folder}/fetch", f"{folder}/fetched"
    found = {}

    def note(name, value):
        found.setdefault(name, []).append(value)

    def clean():
        shutil.rmtree(target, ignore_errors=True)
        os.mkdir(target)
        os.sync()

    def take(size):
        with open(f"{folder}/hosted/{size}.bin", "rb") as file:
            md5 = hashlib.file_digest(file, "md5").hexdigest()
        clean()
        wall, output = timed(program, "take", f"{endpoint}/files/{size}.bin", str(size << 20), md5, target)
        idle, peak = map(int, output.split())
        note(f"above idle, {size} MiB", (peak - idle) / 1024)
        return wall

    take(16)
    for _ in range(rounds):
        note("fetch", take(1024))
        clean()
        wall, _ = timed("curl", "-so", f"{target}/f", f"{endpoint}/files/1024.bin")
        note("curl", wall)
        synced, _ = timed("sync", f"{target}/f")
        note("sync", synced)
        hashed, _ = timed("md5sum", f"{target}/f")
        note("md5sum", hashed)
        note("curl, sync, md5sum", wall + synced + hashed)
        clean()
        note("cancel", float(timed(program, "cancel", f"{endpoint}/files/16.bin", target)[1]))
    clean()

    middle = {name: statistics.median(values) for name, values in found.items()}
    ratio = middle["fetch"] / middle["curl, sync, md5sum"]

    def verdict(holds):
        return "met" if holds else "NOT MET"

    print(f"  1 GiB on loopback, medians of {rounds} rounds, in turns, {os.cpu_count()} processors")
    print(f"  fetched, verified and brought to the disk  {middle['fetch']:7.2f} s")
    print(f"  curl, sync, md5sum one after the other     {middle['curl, sync, md5sum']:7.2f} s"
          f"   ratio {ratio:.2f}, at most 0.95: {verdict(ratio <= 0.95)}")
    print(f"    of which curl {middle['curl']:.2f} s, sync {middle['sync']:.2f} s, md5sum {middle['md5sum']:.2f} s")
    for size in (16, 1024):
        above = max(found[f"above idle, {size} MiB"])
        print(f"  peak memory above idle, {size:4} MiB file        {above:7.2f} MiB"
              f" at most 16: {verdict(above <= 16)}")
    print(f"  cancelled while stalled                    {middle['cancel']:7.1f} ms, expected below 200")


main()
