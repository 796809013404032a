#!/usr/bin/env python3
"""Asks the dev server with our library and with libcurl, in turns, and prints medians and ratios.

run.py ENDPOINT UPGRADELINK-PROGRAM LIBCURL-PROGRAM [RUNS]
"""

import os
import statistics
import subprocess
import sys
import time

CHECKS = 2000


def run(program, endpoint, count):
    """One process: wall and CPU seconds, seconds to its first answer, peak in KiB."""
    started = time.monotonic()
    process = subprocess.Popen([program, endpoint, str(count)], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "first\n", f"{program} failed"
    first = time.monotonic() - started
    peak = int(process.stdout.readline().split()[1])
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = status
    assert status == 0, f"{program} failed"
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "first": first, "peak": peak}


def main():
    endpoint, ours, theirs = sys.argv[1:4]
    runs = int(sys.argv[4]) if len(sys.argv) > 4 else 10
    found = {}
    for count in (1, CHECKS):
        for program in (ours, theirs):
            run(program, endpoint, count)  # warms caches, of the server too
        for _ in range(runs):
            for program in (ours, theirs):
                for name, value in run(program, endpoint, count).items():
                    found.setdefault((count, program, name), []).append(value)

    def row(label, count, name, unit, scale, bar=None):
        mine, other = (statistics.median(found[count, program, name]) * scale for program in (ours, theirs))
        judged = f"at most {bar}: {'met' if mine / other <= bar else 'NOT MET'}" if bar else ""
        print(f"  {label:34}{mine:11.3f}{other:11.3f} {unit:4}{mine / other:7.2f}   {judged}")

    print(f"  {f'median of {runs} runs, in turns':34}{'ours':>11}{'libcurl':>11}{'ratio':>12}")
    row("1 check: wall", 1, "wall", "ms", 1e3)
    row("1 check: CPU", 1, "cpu", "ms", 1e3)
    row("1 check: start to first answer", 1, "first", "ms", 1e3, 0.5)
    row("1 check: peak memory", 1, "peak", "MiB", 1 / 1024, 0.6)
    row(f"{CHECKS} checks: wall of each", CHECKS, "wall", "ms", 1e3 / CHECKS)
    row(f"{CHECKS} checks: CPU of each", CHECKS, "cpu", "ms", 1e3 / CHECKS, 0.9)
    row(f"{CHECKS} checks: peak memory", CHECKS, "peak", "MiB", 1 / 1024, 0.6)


main()
