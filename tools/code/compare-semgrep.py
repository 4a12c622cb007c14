#!/usr/bin/env python3
"""Runward and Semgrep over the same sources with the same rules: where do they differ?

    python tools/code/compare-semgrep.py --runward target/release/runward --rules DIR … SOURCES …
        [--semgrep semgrep] [--keep DIR] [--jobs 2] [--limit 1.0]

Compares the sets of (rule, file, first line). `--keep` keeps Semgrep's JSON per source tree and rules.
Files that either side gave up on (Semgrep after 5 s for a rule) are told, and what only the other
side found there is listed apart. Ends with 1 if one side differs by more than `--limit` per cent.
"""

import argparse
import collections
import hashlib
import json
import sys
from pathlib import Path

import programs


def place(path, base):
    path = Path(path)
    path = path if path.is_absolute() else base / path
    return path.resolve().relative_to(base).as_posix()


def short(rule):
    """Semgrep puts the path of the rule file before the id."""
    return rule.rsplit(".", 1)[-1]


def semgrep_report(arguments, semgrep, source):
    kept = None
    if arguments.keep:
        key = hashlib.sha256("\0".join([source.name, *map(str, arguments.rules)]).encode())
        kept = arguments.keep / f"{source.name}-{key.hexdigest()[:12]}.json"
        if kept.exists():
            return json.loads(kept.read_text())
    command = programs.semgrep_scan(semgrep, arguments.rules, source, arguments.jobs,
                                    "--max-target-bytes", "0")
    print(f"semgrep over {source.name} …", flush=True)
    run = programs.run(command)
    report = run.json("semgrep scan")
    report["seconds"] = run.seconds
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(report))
    return report


def gave_up(report, base):
    """The files that Semgrep did not finish, with the rule where one is named."""
    found = {}
    for error in report.get("errors", []):
        kind = error.get("type")
        kind = kind[0] if isinstance(kind, list) else kind
        if error.get("path"):
            found.setdefault(place(error["path"], base), set()).add(
                (kind, short(error.get("rule_id") or "")))
    return found


def not_covered(report, base):
    return {place(entry["path"], base) for entry in report.get("not_covered", [])
            if entry.get("path")}


def source_line(base, path, line):
    try:
        return (base / path).read_text(errors="replace").split("\n")[line - 1].strip()[:120]
    except (OSError, IndexError):
        return ""


def compare(arguments, semgrep, source):
    theirs_report = semgrep_report(arguments, semgrep, source)
    run = programs.run(programs.runward_scan(arguments.runward, arguments.rules, source,
                                             arguments.jobs))
    mine_report = run.json("runward scan")
    theirs = {(short(found["check_id"]), place(found["path"], source), found["start"]["line"])
              for found in theirs_report["results"]}
    mine = {(short(found["rule"]), place(found["location"]["path"], source),
             found["location"]["start"]["line"]) for found in programs.runward_findings(mine_report)}
    given_up = gave_up(theirs_report, source)
    uncovered = not_covered(mine_report, source)
    only_mine, only_theirs = sorted(mine - theirs), sorted(theirs - mine)
    excused = [found for found in only_mine if found[1] in given_up]
    only_mine = [found for found in only_mine if found[1] not in given_up]
    total = max(len(theirs), 1)
    shares = len(only_mine) * 100 / total, len(only_theirs) * 100 / total
    print(f"{source.name}: {len(theirs & mine)} in both, {len(only_theirs)} only Semgrep "
          f"({shares[1]:.2f} %), {len(only_mine)} only Runward ({shares[0]:.2f} %), and "
          f"{len(excused)} where Semgrep gave up ({len(given_up)} files); {len(uncovered)} files "
          f"not covered by Runward; {run.seconds:.2f} s against "
          f"{theirs_report.get('seconds', float('nan')):.1f} s")
    for title, found in [("only Semgrep", only_theirs), ("only Runward", only_mine),
                         ("Semgrep gave up", excused)]:
        by_rule = collections.Counter(rule for rule, _, _ in found)
        for rule, count in by_rule.most_common():
            print(f"  {title}: {rule} ({count})")
            shown = [one for one in found if one[0] == rule][:arguments.show]
            for _, path, line in shown:
                mark = " [not covered by Runward]" if path in uncovered else ""
                print(f"    {path}:{line}: {source_line(source, path, line)}{mark}")
    return max(shares) <= arguments.limit


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", type=Path, help="source trees")
    parser.add_argument("--rules", action="append", required=True, type=Path)
    parser.add_argument("--runward", default="target/release/runward", type=Path)
    parser.add_argument("--semgrep", help="the program; `semgrep` on the PATH by default")
    parser.add_argument("--keep", type=Path, help="a directory for Semgrep's JSON")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--limit", type=float, default=1.0, help="per cent, each way")
    parser.add_argument("--show", type=int, default=5, help="places per rule")
    arguments = parser.parse_args()
    arguments.runward = arguments.runward.resolve()
    arguments.rules = [path.resolve() for path in arguments.rules]
    semgrep = programs.program(arguments.semgrep, "semgrep")
    if not semgrep and not arguments.keep:
        return 0
    alike = True
    for source in arguments.sources:
        if not source.is_dir():
            print(f"skipped: `{source}` is not there")
            continue
        alike &= compare(arguments, semgrep, source.resolve())
    return 0 if alike else 1


if __name__ == "__main__":
    sys.exit(main())
