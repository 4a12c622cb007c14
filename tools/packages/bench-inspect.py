"""Inspects artefacts with Runward and with GuardDog, and compares what they find and how long it takes.

    python3 tools/packages/bench-inspect.py --runward "target/release/runward package inspect --format json" \
        --guarddog VENV/bin/guarddog FILE…

Both are started once for each artefact, as a person would. `--runward` may be any command that takes files and
prints JSON with `score` and `signals` for each; GuardDog looks at PyPI and npm artefacts only.
"""

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path

REVIEW, BLOCK = 4.0, 7.0


def timed(command):
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    return time.perf_counter() - start, done


def objects(text):
    """All JSON objects that carry a score, wherever they stand."""
    found, decoder, at = [], json.JSONDecoder(), 0
    while (at := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError:
            at += 1
            continue
        found.extend(scored(value))
    return found


def scored(value):
    if isinstance(value, dict):
        if "score" in value and "signals" in value:
            return [value]
        return [one for part in value.values() for one in scored(part)]
    if isinstance(value, list):
        return [one for part in value for one in scored(part)]
    return []


def runward(command, path):
    seconds, done = timed([*shlex.split(command), str(path)])
    results = objects(done.stdout)
    if not results:
        raise SystemExit(f"no result for {path}: {done.stderr.strip() or done.stdout[:200]}")
    ids = [signal["id"] for result in results for signal in result["signals"]]
    return seconds, max(result["score"] for result in results), ids


def guarddog(program, path):
    ecosystem = "npm" if path.suffix == ".tgz" else "pypi"
    seconds, done = timed([program, ecosystem, "scan", "--output-format", "json", str(path)])
    try:
        result = json.loads(done.stdout)
    except json.JSONDecodeError:
        return seconds, None, done.stderr.strip()[-200:]
    results = result.get("results") or {}
    found = sorted(name for name, what in results.items() if what)
    return seconds, result.get("issues", len(found)), found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runward", required=True)
    parser.add_argument("--guarddog")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("files", nargs="+", type=Path)
    arguments = parser.parse_args()
    ours, theirs, reviewed, blocked, flagged, failed = [], [], [], [], [], []
    for path in arguments.files:
        seconds, score, ids = runward(arguments.runward, path)
        ours.append(seconds)
        (blocked if score >= BLOCK else reviewed if score >= REVIEW else []).append(path.name)
        line = f"{path.name}: runward {score:.1f} in {seconds:.2f} s {' '.join(ids[:6])}"
        if arguments.guarddog and path.suffix != ".crate":
            seconds, issues, found = guarddog(arguments.guarddog, path)
            if issues is None:
                failed.append(path.name)
            else:
                theirs.append((ours[-1], seconds))
                if issues:
                    flagged.append(path.name)
            line += f" | guarddog {issues} in {seconds:.2f} s {found}"
        if not arguments.quiet:
            print(line)
    print(f"{len(ours)} artefacts: runward {sum(ours):.1f} s, block {len(blocked)} {blocked}, review "
          f"{len(reviewed)} {reviewed}")
    if theirs:
        ratio = sum(their for _, their in theirs) / sum(our for our, _ in theirs)
        median = statistics.median(their / our for our, their in theirs)
        print(f"{len(theirs)} with both: guarddog {sum(their for _, their in theirs):.1f} s, {ratio:.1f} times "
              f"as long (median {median:.1f}); flags {len(flagged)} {flagged}")
    if failed:
        print(f"guarddog failed on {len(failed)}: {failed}", file=sys.stderr)


if __name__ == "__main__":
    main()
