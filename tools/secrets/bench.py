#!/usr/bin/env python3
"""Secrets in public source archives: runward beside detect-secrets.

    python3 tools/secrets/bench.py --runward target/release/runward \
        --detect-secrets venv/bin/detect-secrets CHECKOUT...

Each CHECKOUT is an unpacked source archive. Both tools look at all of its files, one process each,
the better of `--rounds` runs; times are of processor use, so that a busy machine does not matter.
What is told is counted by kind, and those that runward tells are listed (masked), to be looked at.
Private keys in public archives are real keys, made for tests; they are counted apart.

Leaves with 1 if runward tells more than detect-secrets, or is less than `--factor` times faster.
"""

import argparse
import collections
import json
import pathlib
import resource
import subprocess
import sys


def run(command, cwd):
    """Standard output, and the seconds of processor time that the command took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=cwd, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return done, seconds


def ours(binary, checkout):
    command = [binary, "scan", ".", "--only", "secrets", "--format", "json", "--no-ignore"]
    done, seconds = run(command, checkout)
    # 0 clean, 1 findings, 4 incomplete: all of them have a report.
    if done.returncode not in (0, 1, 4):
        sys.exit(f"runward failed in {checkout}: {done.stderr.decode(errors='replace')}")
    report = json.loads(done.stdout)
    found = report.get("secrets", report.get("findings", []))
    return [secret(entry) for entry in found], seconds


def secret(entry):
    """(detector, path, line, masked) of one entry, whichever way the report nests them."""
    inner = entry.get("secret", entry)
    location = entry.get("location", entry)
    start = inner.get("start", {})
    return (
        inner.get("detector") or inner.get("rule") or inner.get("id", ""),
        location.get("path") or location.get("file", ""),
        location.get("line") or start.get("line", 0),
        inner.get("masked", ""),
    )


def theirs(binary, checkout):
    command = [binary, "-C", ".", "-c", "1", "scan", "--all-files", "."]
    done, seconds = run(command, checkout)
    if done.returncode != 0:
        sys.exit(f"detect-secrets failed in {checkout}: {done.stderr.decode(errors='replace')}")
    results = json.loads(done.stdout)["results"]
    return [
        (entry["type"], path, entry["line_number"], "")
        for path, entries in results.items()
        for entry in entries
    ], seconds


def is_key(detector):
    return "private" in detector.lower() and "key" in detector.lower()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runward", required=True, help="the binary, built for release")
    parser.add_argument("--detect-secrets", required=True, help="the peer's script")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--factor", type=float, default=20.0, help="how many times faster, at least")
    parser.add_argument("--list", action="store_true", help="list what runward tells")
    parser.add_argument("checkouts", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    runward = str(pathlib.Path(arguments.runward).resolve())
    # Not resolved: a virtual environment is known by the place of its link.
    peer = str(pathlib.Path(arguments.detect_secrets).absolute())

    totals = collections.Counter()
    seconds = collections.Counter()
    kinds = {"runward": collections.Counter(), "detect-secrets": collections.Counter()}
    for checkout in arguments.checkouts:
        for tool, scan, binary in (("runward", ours, runward), ("detect-secrets", theirs, peer)):
            found, best = [], None
            for _ in range(arguments.rounds):
                found, took = scan(binary, checkout)
                best = took if best is None else min(best, took)
            seconds[tool] += best
            keys = sum(is_key(detector) for detector, *_ in found)
            totals[tool, "keys"] += keys
            totals[tool, "others"] += len(found) - keys
            kinds[tool].update(detector for detector, *_ in found)
            print(f"{checkout.name:32} {tool:15} {best:8.2f} s  {keys:5} keys  {len(found) - keys:5} others")
            if arguments.list and tool == "runward":
                for detector, path, line, masked in sorted(found):
                    print(f"    {path}:{line} {detector} {masked}")
    for tool in kinds:
        print(f"\n{tool}: {seconds[tool]:.2f} s, {totals[tool, 'keys']} keys, {totals[tool, 'others']} others")
        for kind, count in kinds[tool].most_common():
            print(f"    {count:6} {kind}")
    factor = seconds["detect-secrets"] / max(seconds["runward"], 1e-9)
    print(f"\nruntime: 1 to {factor:.1f}")
    fewer = totals["runward", "others"] < totals["detect-secrets", "others"]
    return 0 if fewer and factor >= arguments.factor else 1


if __name__ == "__main__":
    sys.exit(main())
