#!/usr/bin/env python3
"""Names near popular ones: Runward side by side with GuardDog (PyPI) and typomania (crates.io).

All three judge the same names against the same lists of popular names. Counted are

  recall        every single edit (omission, insertion, doubling, swap, substitution over a-z, 0-9 and `-`) of
                the 1,000 most popular names that is not itself a known name: how many are flagged
  popular       the popular names themselves: how many are flagged
  less known    PyPI's popular names of rank 5,001 on, each judged as if it were not listed
  unlisted      10,000 names of PyPI that are not popular, drawn with a seed

GuardDog compares with each popular name in turn and takes some tenths of a second for one, so it is given
a sample (--sample) of each; Runward's share of the very same sample stands beside it.

  cargo build --release -p runward-names --example verdicts
  python3 tools/packages/names-compare.py --verdicts target/release/examples/verdicts \\
      [--guarddog PYTHON] [--typomania] [--sample 200]

PYTHON is one with `guarddog` installed. --typomania builds names-typomania.rs in a temporary directory.
"""

import argparse
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789-"


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def edits(name):
    """Every name that is one slip away."""
    for at in range(len(name) + 1):
        for letter in ALPHABET:
            yield name[:at] + letter + name[at:]
    for at in range(len(name)):
        yield name[:at] + name[at + 1:]
        for letter in ALPHABET:
            yield name[:at] + letter + name[at + 1:]
    for at in range(len(name) - 1):
        yield name[:at] + name[at + 1] + name[at] + name[at + 2:]


def mutations(popular, known):
    """The edits that could be registered and are not known, in a fixed order."""
    found = {edit for name in popular[:1000] for edit in edits(name)}
    possible = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
    return sorted(
        name for name in found
        if possible.fullmatch(name) and canonical(name) == name and name not in known
    )


class Runward:
    def __init__(self, program):
        self.program = program

    def __call__(self, ecosystem, names, alone):
        """Strength by name, for those that are flagged."""
        arguments = [self.program, ecosystem] + ([] if alone else ["--known"])
        start = time.monotonic()
        run = subprocess.run(arguments, input="\n".join(names), capture_output=True, text=True, check=True)
        self.seconds = time.monotonic() - start
        rows = [line.split("\t") for line in run.stdout.splitlines()]
        assert len(rows) == len(names)
        return {row[0]: row[1] for row in rows if row[1] != "-"}


def guarddog(python, popular, names, alone):
    asked = json.dumps({"popular": popular, "alone": alone, "names": names})
    run = subprocess.run([python, str(HERE / "names-guarddog.py")], input=asked, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"GuardDog failed:\n{run.stderr}")
    return json.loads(run.stdout)


def share(count, total):
    return f"{100 * count / max(total, 1):6.2f} %  ({count} of {total})"


def pypi(runward, arguments, data):
    popular = (ROOT / "crates/runward-names/data/pypi.txt").read_text().split()
    everything = set()
    if data:
        with gzip.open(data / "names/pypi-all.txt.gz", "rt") as file:
            everything = set(file.read().split())
    else:
        print("skipped: no shared data; unlisted names are not judged, edits that exist are not left out")
    known = everything | set(popular)
    rng = random.Random(arguments.seed)
    unlisted = rng.sample(sorted(everything - set(popular)), 10_000) if everything else []
    rows = [
        ("recall", mutations(popular, known), False),
        ("popular", popular, False),
        ("less known", popular[5000:], True),
        ("unlisted", unlisted, False),
    ]
    print("PyPI")
    for label, names, alone in rows:
        flagged = runward("pypi", names, alone)
        strong = sum(strength == "strong" for strength in flagged.values())
        print(f"  {label:11} runward            {share(len(flagged), len(names))}, strong {share(strong, len(names))}"
              f", {runward.seconds:.2f} s")
        if label == "recall":
            print(f"  {'':11} missed: {[name for name in names if name not in flagged][:20]}")
        if arguments.guarddog and names:
            sample = rng.sample(names, min(arguments.sample, len(names)))
            ours = sum(name in flagged for name in sample)
            print(f"  {'':11} runward, sample    {share(ours, len(sample))}")
            for whose, listed in (("same list", popular), ("own list", None)):
                theirs = guarddog(arguments.guarddog, listed, sample, alone)
                print(f"  {'':11} guarddog, {whose} {share(len(theirs['flagged']), len(sample))}"
                      f", {theirs['seconds']:.1f} s (list of {theirs['list']})")


def crates(runward, arguments):
    popular = (ROOT / "crates/runward-names/data/crates.txt").read_text().split()
    names = mutations(popular, set(popular))
    print("crates.io")
    directory = tempfile.TemporaryDirectory(prefix="typomania-")
    typomania = build_typomania(pathlib.Path(directory.name)) if arguments.typomania else None
    for label, names, alone in [("recall", names, False), ("popular", popular, False)]:
        flagged = runward("crates", names, alone)
        print(f"  {label:11} runward            {share(len(flagged), len(names))}, {runward.seconds:.2f} s")
        if typomania:
            start = time.monotonic()
            run = subprocess.run(typomania, input="\n".join(names), capture_output=True, text=True, check=True)
            theirs = set(run.stdout.split())
            print(f"  {'':11} typomania          {share(len(theirs), len(names))}, {time.monotonic() - start:.2f} s")
            both = len(theirs & flagged.keys())
            print(f"  {'':11} both {both}, runward only {len(flagged) - both}, typomania only {len(theirs) - both}")
    directory.cleanup()


def build_typomania(directory):
    (directory / "src").mkdir()
    (directory / "src/main.rs").write_text((HERE / "names-typomania.rs").read_text())
    (directory / "Cargo.toml").write_text(
        '[package]\nname = "typomania-verdicts"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n'
        '[dependencies]\ntypomania = { version = "=0.2.0", default-features = false }\n'
    )
    environment = dict(os.environ, CARGO_TARGET_DIR=str(directory / "target"))
    subprocess.run(["cargo", "build", "-q", "--release"], cwd=directory, env=environment, check=True)
    return [str(directory / "target/release/typomania-verdicts"), str(ROOT / "crates/runward-names/data/crates.txt")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--verdicts", required=True, help="the built example `verdicts`")
    parser.add_argument("--guarddog", help="a Python with guarddog installed")
    parser.add_argument("--typomania", action="store_true")
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=5)
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ.get("RUNWARD_SHARED_DATA", ROOT.parent / "shared/data"))
    runward = Runward(arguments.verdicts)
    pypi(runward, arguments, data if data.is_dir() else None)
    crates(runward, arguments)


if __name__ == "__main__":
    main()
