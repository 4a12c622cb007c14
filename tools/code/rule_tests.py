"""Tests of rules (`ruleid:` and `ok:`), as Runward and as Semgrep run them."""

import json
import re
from pathlib import Path

import programs

SUPPORTED = {"python", "python2", "python3", "py", "javascript", "js", "typescript", "ts", "json",
             "yaml", "dockerfile", "docker", "bash", "sh",
             "terraform", "tf", "hcl", "generic", "regex", "none"}


def runward_tests(runward, directory):
    """`({(rule file, rule): reason or None}, {target: reason or None}, errors)`; paths are relative."""
    command = [runward, "rules", "test", str(directory), "--format", "json"]
    report = programs.run(command).json("runward rules test")
    rules, fixes = {}, {}
    for result in report["results"]:
        key = (relative(result.get("rules") or result["path"], directory), result["rule"])
        reason = None
        if not result["passed"]:
            reason = (f"{Path(result['path']).name}: missed {result['missed']}, "
                      f"unexpected {result['unexpected']}")
        rules[key] = "; ".join(filter(None, [rules.get(key), reason])) or None
    for fix in report.get("fixes", []):
        reason = None if fix["passed"] else f"differs: {fix.get('difference')}"
        fixes[relative(fix["path"], directory)] = reason
    return rules, fixes, report.get("errors", [])


def semgrep_tests(semgrep, root, directory):
    """The JSON of `semgrep --test`, run at the root of a checkout."""
    command = [semgrep, "--test", "--json", *programs.SEMGREP_FLAGS, directory]
    return programs.run(command, root).json(f"semgrep --test {directory}")


def semgrep_passes(report, directory):
    """What of a report Semgrep itself passes: `({(rule file, rule)}, {fixed target})`."""
    passed = set()
    for path, result in report["results"].items():
        for rule, check in result["checks"].items():
            if check["passed"]:
                passed.add((inside(path, directory), rule))
    fixed = {inside(path, directory) for path, result in dict(report["fixtest_results"]).items()
             if result["passed"]}
    return passed, fixed


def oracle(semgrep, root, directories, keep):
    """Semgrep's reports by directory; those in the file `keep` are not made again."""
    kept = {}
    if keep and Path(keep).exists():
        kept = json.loads(Path(keep).read_text())["directories"]
    for directory in directories:
        if directory in kept:
            continue
        if not semgrep:
            print(f"skipped: no result of Semgrep for `{directory}`")
            continue
        print(f"semgrep --test {directory} …", flush=True)
        kept[directory] = semgrep_tests(semgrep, root, directory)
        if keep:
            Path(keep).write_text(json.dumps({"directories": kept}))
    return {name: kept[name] for name in directories if name in kept}


def languages(rule_file):
    """The languages of the rules of a file, without reading YAML in full."""
    text = Path(rule_file).read_text(errors="replace")
    found = set()
    for match in re.finditer(r"^\s*(?:- )?languages:(.*(?:\n\s*- .*)*)", text, re.MULTILINE):
        found |= {word.lower() for word in re.findall(r"[A-Za-z+#0-9_]+", match.group(1))}
    return found


def supported(rule_file):
    found = languages(rule_file)
    return bool(found) and found <= SUPPORTED


def relative(path, directory):
    path, directory = Path(path), Path(directory)
    for base in (directory, directory.resolve()):
        if path.is_absolute() and path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.as_posix()


def inside(path, directory):
    """Of a path from the root of the checkout, the part below the directory."""
    prefix = f"{directory}/"
    return path[len(prefix):] if path.startswith(prefix) else path
