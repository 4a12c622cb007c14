#!/usr/bin/env python3
"""Of the rule tests of semgrep-rules that Semgrep itself passes: how many does Runward pass?

    python tools/code/check-semgrep-rules.py --runward target/release/runward CHECKOUT
        [--semgrep semgrep] [--oracle FILE] [--directory python …] [--list]

Prints a line per directory, the failing tests with their reasons, and how long all rules take to
load. `--oracle` keeps Semgrep's results, so that it runs once. Ends with 1 if a share is below what
is promised (99 % python, 97 % javascript and typescript, 95 % the others, every fix of python).
"""

import argparse
import statistics
import sys
from pathlib import Path

import programs
import rule_tests

PROMISED = {"python": 0.99, "javascript": 0.97, "typescript": 0.97, "yaml": 0.95, "json": 0.95,
            "dockerfile": 0.95, "bash": 0.95, "terraform": 0.95, "generic": 0.95}
LOADING_SECONDS = 0.3


def check(arguments, directory, report):
    passed, fixed = rule_tests.semgrep_passes(report, directory)
    place = arguments.checkout / directory
    mine, fixes, errors = rule_tests.runward_tests(arguments.runward, place)
    # Unlike Semgrep, Runward tells which rules it does not run at all.
    considered = {key for key in passed if rule_tests.supported(place / key[0])}
    failing = {}
    for key in sorted(considered):
        reason = mine.get(key, "no result")
        if reason:
            failing[key] = reason
    wrong = {path: fixes.get(path, "no result") for path in sorted(fixed)
             if fixes.get(path, "no result")}
    total, good = len(considered), len(considered) - len(failing)
    share = good / total if total else 1.0
    enough = share >= PROMISED.get(directory, 0.95) and not (directory == "python" and wrong)
    print(f"{directory}: {good}/{total} of those that Semgrep passes ({share:.1%}), fixes "
          f"{len(fixed) - len(wrong)}/{len(fixed)}, {len(errors)} errors"
          f"{'' if enough else '  BELOW what is promised'}", flush=True)
    if arguments.list:
        for (path, rule), reason in failing.items():
            print(f"  {directory}/{path} {rule}: {reason}")
        for path, reason in wrong.items():
            print(f"  fix {directory}/{path}: {reason}")
        for error in errors:
            print(f"  error {error['path']}: {error['message']}")
    return good, total, enough


def loading(arguments):
    """The median time of validating every rule of the checkout."""
    command = [arguments.runward, "rules", "validate", str(arguments.checkout)]
    runs = [programs.run(command) for _ in range(5)]
    seconds = statistics.median(run.seconds for run in runs)
    print(f"loading: all rules in {seconds:.3f} s (exit {runs[0].status}), promised "
          f"{LOADING_SECONDS} s: {runs[0].output.strip().splitlines()[-1:]}")
    return seconds <= LOADING_SECONDS


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="a checkout of semgrep-rules")
    parser.add_argument("--runward", default="target/release/runward", type=Path)
    parser.add_argument("--semgrep", help="the program; `semgrep` on the PATH by default")
    parser.add_argument("--oracle", type=Path, help="keeps Semgrep's results")
    parser.add_argument("--directory", action="append", help="of the checkout; several times")
    parser.add_argument("--list", action="store_true", help="list what fails")
    arguments = parser.parse_args()
    arguments.runward = arguments.runward.resolve()
    arguments.checkout = arguments.checkout.resolve()
    if not arguments.checkout.is_dir():
        print("skipped: there is no checkout of semgrep-rules")
        return 0
    directories = arguments.directory or list(PROMISED)
    semgrep = programs.program(arguments.semgrep, "semgrep")
    reports = rule_tests.oracle(semgrep, arguments.checkout, directories, arguments.oracle)
    sums = [check(arguments, directory, report) for directory, report in reports.items()]
    fast = loading(arguments)
    good, total = sum(one[0] for one in sums), sum(one[1] for one in sums)
    print(f"{good} passed, {total - good} failed")
    return 0 if fast and all(one[2] for one in sums) else 1


if __name__ == "__main__":
    sys.exit(main())
