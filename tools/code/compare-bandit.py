#!/usr/bin/env python3
"""Bandit's own examples: does the pack `python-security` find the lines that Bandit finds?

    python tools/code/compare-bandit.py --runward target/release/runward EXAMPLES
        [--rules rules/python-security] [--bandit bandit] [--show]

EXAMPLES is the directory `examples` of Bandit's source archive. A rule of the pack names the Bandit
check that it covers in `metadata.bandit` (a text or a list). For each check: the example files whose
lines are all alike, of those in which either side finds something. Ends with 1 if a check has fewer
than 95 % of its files alike.
"""

import argparse
import collections
import json
import sys
from pathlib import Path

import programs

PROMISED = 0.95


def checks_of_rules(runward, rules):
    """`{rule: {Bandit ids}}`, from `rules list`."""
    listed = programs.run([runward, "rules", "list", str(rules), "--format", "json"])
    report = listed.json("runward rules list")
    found = {}
    for rule in report["rules"]:
        ids = (rule.get("metadata") or {}).get("bandit") or rule.get("bandit") or []
        found[rule.get("id") or rule["rule"]] = {ids} if isinstance(ids, str) else set(ids)
    return found


def bandit_lines(bandit, examples):
    """`{(check, file): {lines}}`; markers such as `# nosec` are not obeyed."""
    command = [bandit, "-r", str(examples), "-f", "json", "--ignore-nosec", "-q"]
    report = programs.run(command).json("bandit")
    found = collections.defaultdict(set)
    for result in report["results"]:
        path = Path(result["filename"]).resolve().relative_to(examples).as_posix()
        found[result["test_id"], path].add((result["line_number"], tuple(result["line_range"])))
    unread = {Path(error["filename"]).resolve().relative_to(examples).as_posix()
              for error in report["errors"]}
    return found, unread


def runward_lines(arguments, checks):
    command = programs.runward_scan(arguments.runward, [arguments.rules], arguments.examples, 2)
    report = programs.run(command).json("runward scan")
    found = collections.defaultdict(set)
    for finding in programs.runward_findings(report):
        place = finding["location"]
        path = Path(place["path"])
        path = path if path.is_absolute() else arguments.examples / path
        path = path.resolve().relative_to(arguments.examples).as_posix()
        for check in checks.get(finding["rule"], ()):
            found[check, path].add(place["start"]["line"])
    return found


def alike(theirs, mine):
    """Bandit names one line of a call over several lines; any line of the call will do."""
    spans = [(line, set(lines) | {line}) for line, lines in theirs]
    missed = sorted(line for line, span in spans if not span & mine)
    allowed = set().union(*(span for _, span in spans)) if spans else set()
    return missed, sorted(mine - allowed)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--rules", type=Path, default=Path("rules/python-security"))
    parser.add_argument("--runward", default="target/release/runward", type=Path)
    parser.add_argument("--bandit", help="the program; `bandit` on the PATH by default")
    parser.add_argument("--show", action="store_true", help="list the lines that differ")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    arguments = parser.parse_args()
    arguments.runward = arguments.runward.resolve()
    arguments.examples = arguments.examples.resolve()
    bandit = programs.program(arguments.bandit, "bandit")
    if not bandit or not arguments.examples.is_dir():
        if bandit:
            print("skipped: the examples of Bandit are not there")
        return 0
    checks = checks_of_rules(arguments.runward, arguments.rules)
    theirs, unread = bandit_lines(bandit, arguments.examples)
    mine = runward_lines(arguments, checks)
    result = collections.defaultdict(lambda: {"files": 0, "alike": 0, "differences": []})
    for check, path in sorted(set(theirs) | set(mine)):
        if path in unread:
            continue
        missed, unexpected = alike(theirs.get((check, path), set()), mine.get((check, path), set()))
        entry = result[check]
        entry["files"] += 1
        entry["alike"] += not (missed or unexpected)
        if missed or unexpected:
            entry["differences"].append({"path": path, "missed": missed, "unexpected": unexpected})
    if arguments.format == "json":
        print(json.dumps(result, indent=2))
    below = []
    covered = set().union(*checks.values()) if checks else set()
    for check, entry in sorted(result.items()):
        share = entry["alike"] / entry["files"]
        if share < PROMISED:
            below.append(check)
        if arguments.format == "text":
            note = "" if check in covered else "  (no rule names it)"
            print(f"{check}: {entry['alike']}/{entry['files']} files alike ({share:.0%}){note}")
            for difference in entry["differences"] if arguments.show else []:
                print(f"  {difference['path']}: missed {difference['missed']}, "
                      f"unexpected {difference['unexpected']}")
    good = sum(entry["alike"] for entry in result.values())
    total = sum(entry["files"] for entry in result.values())
    print(f"{good}/{total} of (check, file) alike; below {PROMISED:.0%}: {', '.join(below) or 'none'}",
          file=sys.stderr if arguments.format == "json" else sys.stdout)
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
