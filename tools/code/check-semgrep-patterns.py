#!/usr/bin/env python3
"""Semgrep's own tests of patterns, fixes and taint rules.

    python tools/code/check-semgrep-patterns.py --runward target/release/runward CHECKOUT
        [--language python …] [--list]

`tests/patterns/LANG/NAME.EXT` with `NAME.sgrep` beside it or in `POLYGLOT`: findings are expected on
the line below each line with `ERROR:` or `MATCH:`. `tests/autofix/LANG` has `NAME.fix` or
`NAME.fix-regex`, and `NAME.fixed`. `tests/tainting_rules` and `tests/rules` have rule files with
annotations. Ends with 1 if a share is below what is promised.
"""

import argparse
import concurrent.futures
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import programs
import rule_tests

# Directory of tests/patterns, ending of its targets, language of the rule, promised share.
SUITES = [
    ("python", ".py", "python", 0.97),
    ("js", ".js", "javascript", 0.93),
    ("ts", ".ts", "typescript", 0.93),
    ("js", ".js", "typescript", None),
    ("json", ".json", "json", 0.93),
    ("yaml", ".yaml", "yaml", 0.93),
    ("dockerfile", ".dockerfile", "dockerfile", 0.93),
    ("bash", ".bash", "bash", 0.93),
    ("terraform", ".tf", "terraform", 0.93),
]
FIXES = [("python", ".py", "python"), ("js", ".js", "javascript"), ("ts", ".ts", "typescript")]
TAINT = {"python": 0.9, "js": 0.9, "ts": 0.9}
EXPECTED = re.compile(r"(ERROR|MATCH):")


def rule(language, pattern, **more):
    made = {"id": "pattern", "message": "found", "severity": "ERROR", "languages": [language],
            "pattern": pattern, **more}
    return json.dumps({"rules": [made]})


def pairs(root, directory, ending):
    """Targets with their patterns; a target without one is no test."""
    place = root / "tests" / "patterns" / directory
    for target in sorted(place.glob(f"*{ending}")):
        for candidate in (target.with_suffix(".sgrep"),
                          place.parent / "POLYGLOT" / f"{target.stem}.sgrep"):
            if candidate.exists():
                yield target, candidate.read_text()
                break


def expected_lines(target):
    lines = target.read_text(errors="replace").split("\n")
    return {number + 1 for number, line in enumerate(lines, 1) if EXPECTED.search(line)}


def run_pattern(runward, scratch, language, target, pattern):
    """`None` if the lines are right, otherwise what is wrong."""
    rules = scratch / f"{language}-{target.name}.yaml"
    rules.write_text(rule(language, pattern))
    # A copy, so that the language of the rule decides and not the ending alone.
    ending = ".ts" if language == "typescript" and target.suffix == ".js" else target.suffix
    copy = scratch / f"{language}-{target.stem}" / f"target{ending}"
    copy.parent.mkdir()
    copy.write_bytes(target.read_bytes())
    run = programs.run(programs.runward_scan(runward, [rules], copy.parent, 1))
    try:
        report = json.loads(run.output)
    except json.JSONDecodeError:
        return f"no JSON, exit {run.status}: {run.errors.strip()[-300:]}"
    found = {finding["location"]["start"]["line"] for finding in programs.runward_findings(report)}
    wanted = expected_lines(target)
    if found == wanted:
        return None
    return f"missed {sorted(wanted - found)}, unexpected {sorted(found - wanted)}"


def check_patterns(arguments, scratch, directory, ending, language, promised):
    cases = list(pairs(arguments.checkout, directory, ending))
    if language == "typescript" and directory == "js":
        cases = [case for case in cases if not re.search("xml|jsx", case[0].name)]
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        reasons = list(pool.map(
            lambda case: run_pattern(arguments.runward, scratch, language, *case), cases))
    failing = [(case[0].name, reason) for case, reason in zip(cases, reasons) if reason]
    title = f"patterns/{directory}" + (" as typescript" if promised is None else "")
    return tell(arguments, title, len(cases), failing, promised)


def check_fixes(arguments, scratch, directory, ending, language):
    """All of them in one directory, with the fixed text beside each."""
    place = arguments.checkout / "tests" / "autofix" / directory
    made = scratch / f"fix-{directory}"
    for target in sorted(place.glob(f"*{ending}")):
        fixed, pattern = target.with_suffix(".fixed"), target.with_suffix(".sgrep")
        if not (fixed.exists() and pattern.exists()):
            continue
        case = made / target.stem
        case.mkdir(parents=True)
        (case / "case.yaml").write_text(rule(language, pattern.read_text(), **fix_of(target)))
        (case / f"case{ending}").write_bytes(target.read_bytes())
        (case / f"case.fixed{ending}").write_bytes(fixed.read_bytes())
    if not made.exists():
        print(f"skipped: autofix/{directory} has no tests")
        return True
    _, fixes, _ = rule_tests.runward_tests(arguments.runward, made)
    names = sorted(path.name for path in made.iterdir())
    reasons = {Path(path).parts[0]: reason for path, reason in fixes.items()}
    failing = [(name, reasons.get(name, "no result")) for name in names
               if reasons.get(name, "no result")]
    return tell(arguments, f"autofix/{directory}", len(names), failing, None)


def fix_of(target):
    template = target.with_suffix(".fix")
    if template.exists():
        return {"fix": template.read_text()}
    lines = target.with_suffix(".fix-regex").read_text().splitlines()
    if len(lines) == 2:
        return {"fix-regex": {"regex": lines[0], "replacement": lines[1]}}
    return {"fix-regex": {"regex": lines[0], "count": int(lines[1]),
                          "replacement": "\n".join(lines[2:])}}


def check_rules(arguments, directory, promised):
    place = arguments.checkout / "tests" / directory
    if not place.is_dir():
        print(f"skipped: tests/{directory} is not there")
        return True
    results, _, _ = rule_tests.runward_tests(arguments.runward, place)
    results = {key: reason for key, reason in results.items()
               if rule_tests.supported(place / key[0])}
    failing = [(f"{path} {name}", reason) for (path, name), reason in sorted(results.items())
               if reason]
    return tell(arguments, directory, len(results), failing, promised)


def tell(arguments, title, total, failing, promised):
    good = total - len(failing)
    share = good / total if total else 1.0
    enough = promised is None or share >= promised
    print(f"{title}: {good}/{total} ({share:.1%})"
          f"{'' if enough else f'  BELOW the promised {promised:.0%}'}", flush=True)
    if arguments.list:
        for name, reason in failing:
            print(f"  {name}: {reason}")
    return enough


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="a checkout of semgrep")
    parser.add_argument("--runward", default="target/release/runward", type=Path)
    parser.add_argument("--language", action="append", help="a directory of tests/patterns")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true", help="list what fails")
    arguments = parser.parse_args()
    arguments.runward = arguments.runward.resolve()
    arguments.checkout = arguments.checkout.resolve()
    if not (arguments.checkout / "tests" / "patterns").is_dir():
        print("skipped: there is no checkout of semgrep with its tests")
        return 0
    wanted = lambda name: not arguments.language or name in arguments.language  # noqa: E731
    enough = True
    with tempfile.TemporaryDirectory() as scratch:
        for suite in SUITES:
            if wanted(suite[0]):
                part = Path(scratch) / f"{suite[0]}-{suite[2]}"
                part.mkdir()
                enough &= check_patterns(arguments, part, *suite)
        for suite in FIXES:
            if wanted(suite[0]):
                enough &= check_fixes(arguments, Path(scratch), *suite)
    for name, promised in TAINT.items():
        if wanted(name):
            enough &= check_rules(arguments, f"tainting_rules/{name}", promised)
    if not arguments.language:
        check_rules(arguments, "rules", None)
        check_rules(arguments, "rules_v2", None)
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
