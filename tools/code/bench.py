#!/usr/bin/env python3
"""How many times faster: Runward against Semgrep, Bandit and ruff, in one call on one machine.

    python tools/code/bench.py --runward target/release/runward --semgrep-rules CHECKOUT DJANGO
        [--pack rules/python-security] [--runs 5] [--jobs 2] [--quick]

Each pair runs in turn (A B A B …) over the same files with the same rules and jobs, without caches and
ignore lists; the figures are medians of wall time and of the ratio of each pair. `--quick` runs the
slow peers once. Nothing here is a test: a noisy machine gives noisy figures.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import programs

ONE_RULE = """rules:
  - id: one
    message: one
    severity: ERROR
    languages: [python]
    pattern: eval(...)
"""


def pair(title, ours, theirs, runs, promised):
    """`promised` is how many times faster, or, below 1, how many times slower it may be."""
    # A first run of ours puts the files into the page cache for both.
    programs.run(ours)
    times = [(programs.run(ours), programs.run(theirs)) for _ in range(runs)]
    ratios = [b.seconds / a.seconds for a, b in times]
    ratio = statistics.median(ratios)
    memory = max(a.peak_mb for a, _ in times), max(b.peak_mb for _, b in times)
    mine, peer = (statistics.median(run[side].seconds for run in times) for side in (0, 1))
    print(f"{title}: runward {mine:.3f} s (exit {times[0][0].status}), peer {peer:.2f} s "
          f"(exit {times[0][1].status}): {ratio:.1f} times faster (promised {promised:g}; min "
          f"{min(ratios):.1f}, max {max(ratios):.1f}); memory {memory[0]:.0f} MB against "
          f"{memory[1]:.0f} MB ({memory[0] / memory[1]:.0%})", flush=True)
    return ratio >= promised


def startup(arguments, semgrep, scratch):
    rules, target = scratch / "one.yaml", scratch / "one"
    rules.write_text(ONE_RULE)
    target.mkdir()
    (target / "one.py").write_text("eval(input())\n")
    ours = programs.runward_scan(arguments.runward, [rules], target, arguments.jobs)
    times = [programs.run(ours).seconds for _ in range(20)]
    median = statistics.median(times)
    print(f"start-up with one rule: {median * 1e3:.1f} ms (promised 30 ms)")
    if semgrep:
        theirs = programs.semgrep_scan(semgrep, [rules], target, arguments.jobs)
        print(f"  semgrep: {programs.run(theirs).seconds * 1e3:.0f} ms")
    return median <= 0.030


def rescan(arguments, rules, scratch):
    """With a warm cache, after one changed file."""
    copy = scratch / "project"
    shutil.copytree(arguments.sources, copy)
    command = programs.runward_scan(arguments.runward, rules, copy, arguments.jobs)
    command.remove("--no-cache")
    programs.run(command)
    changed = sorted(copy.rglob("*.py"))[len(list(copy.rglob("*.py"))) // 2]
    times = []
    for number in range(5):
        with changed.open("a") as file:
            file.write(f"\nchanged_{number} = {number}\n")
        times.append(programs.run(command).seconds)
    median = statistics.median(times)
    print(f"rescan after one changed file: {median * 1e3:.0f} ms (promised 300 ms)")
    return median <= 0.300


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, help="the sources of Django or another project")
    parser.add_argument("--runward", default="target/release/runward", type=Path)
    parser.add_argument("--semgrep-rules", type=Path, help="a checkout of semgrep-rules")
    parser.add_argument("--pack", type=Path, help="the rules that are compared with Bandit and ruff")
    for peer in ("semgrep", "bandit", "ruff"):
        parser.add_argument(f"--{peer}", help=f"the program; `{peer}` on the PATH by default")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    arguments.runward = arguments.runward.resolve()
    arguments.sources = arguments.sources.resolve()
    if not arguments.sources.is_dir():
        print("skipped: the sources are not there")
        return 0
    slow = 1 if arguments.quick else arguments.runs
    semgrep = programs.program(arguments.semgrep, "semgrep")
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        good &= startup(arguments, semgrep, scratch)
        if arguments.semgrep_rules and arguments.semgrep_rules.is_dir():
            checkout = arguments.semgrep_rules.resolve()
            suites = [("python/lang/security", 80), ("python", 60)]
            for name, promised in suites:
                rules = [checkout / name]
                if semgrep:
                    ours = programs.runward_scan(arguments.runward, rules, arguments.sources,
                                                 arguments.jobs)
                    theirs = programs.semgrep_scan(semgrep, rules, arguments.sources,
                                                   arguments.jobs, "--max-target-bytes", "0")
                    good &= pair(f"semgrep, {name}", ours, theirs, slow, promised)
            good &= rescan(arguments, [checkout / "python/lang/security"], scratch)
        else:
            print("skipped: no checkout of semgrep-rules")
        if arguments.pack and arguments.pack.exists():
            # Bandit has one process, ruff as many threads as there are cores.
            bandit = programs.program(arguments.bandit, "bandit")
            if bandit:
                ours = programs.runward_scan(arguments.runward, [arguments.pack],
                                             arguments.sources, arguments.jobs)
                theirs = [bandit, "-r", arguments.sources, "-f", "json", "-q"]
                good &= pair("bandit, python-security", ours, theirs, slow, 40)
            ruff = programs.program(arguments.ruff, "ruff")
            if ruff:
                ours = programs.runward_scan(arguments.runward, [arguments.pack],
                                             arguments.sources, arguments.jobs)
                theirs = [ruff, "check", "--select", "S", "--isolated", "--no-cache",
                          "--no-respect-gitignore", "--output-format", "json", arguments.sources]
                good &= pair("ruff S, python-security", ours, theirs, arguments.runs, 0.25)
        else:
            print("skipped: no pack")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
