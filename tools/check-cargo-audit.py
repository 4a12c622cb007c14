"""Compares Runward with cargo-audit on Cargo.lock files, both fed from the same RustSec records.

    python tools/check-cargo-audit.py --runward target/release/runward LOCKFILE...

cargo-audit reads RustSec's own format; the OSV records are turned back into it first. Without
LOCKFILE, lockfiles are made that pin one affected and one fixed version of each crate of the data.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import osv_oracle


def bounds(events):
    """(introduced, fixed) pairs of a SEMVER range; the last `fixed` may be None."""
    pairs, start = [], None
    for event in events:
        if "introduced" in event:
            start = event["introduced"]
        elif "fixed" in event and start is not None:
            pairs.append((start, event["fixed"]))
            start = None
    if start is not None:
        pairs.append((start, None))
    return pairs


def from_start(version):
    return version in ("0", "0.0.0", "0.0.0-0")


def as_rustsec(record, affected):
    """One record as a RustSec advisory file."""
    spans = [pair for span in affected.get("ranges") or [] if span["type"] == "SEMVER"
             for pair in bounds(span["events"])]
    unaffected, patched = [], []
    if spans and not from_start(spans[0][0]):
        unaffected.append(f"< {spans[0][0]}")
    for number, (_, fixed) in enumerate(spans):
        if fixed is None:
            continue
        following = spans[number + 1][0] if number + 1 < len(spans) else None
        patched.append(f">= {fixed}" + (f", < {following}" if following else ""))
    specific = affected.get("database_specific") or {}
    lines = ["```toml", "[advisory]", f'id = "{record["id"]}"',
             f'package = "{affected["package"]["name"]}"', f'date = "{record["published"][:10]}"']
    if specific.get("informational"):
        lines.append(f'informational = "{specific["informational"]}"')
    if record.get("withdrawn"):
        lines.append(f'withdrawn = "{record["withdrawn"][:10]}"')
    lines += ["[versions]", f"patched = {json.dumps(patched)}",
              f"unaffected = {json.dumps(unaffected)}", "```", "", "# title", "", "description", ""]
    return "\n".join(lines)


def write_database(records, directory):
    for record in records:
        for affected in record.get("affected") or []:
            if affected["package"]["ecosystem"] != "crates.io":
                continue
            place = directory / "crates" / affected["package"]["name"]
            place.mkdir(parents=True, exist_ok=True)
            (place / f'{record["id"]}.md').write_text(as_rustsec(record, affected))


def made_lockfiles(records, directory, seed):
    """Lockfiles over all crates of the data, each crate once a file."""
    rng = random.Random(seed)
    versions = {}
    for record in records:
        for affected in record.get("affected") or []:
            known = versions.setdefault(affected["package"]["name"], {"0.0.1"})
            for span in affected.get("ranges") or []:
                if span["type"] != "SEMVER":
                    continue
                for event in span["events"]:
                    known.update(v for v in event.values() if v != "0")
    files = []
    for number in range(4):
        lines = ["version = 3", ""]
        for name, known in sorted(versions.items()):
            source = "registry+https://github.com/rust-lang/crates.io-index"
            lines += ["[[package]]", f'name = "{name}"', f'version = "{rng.choice(sorted(known))}"',
                      f'source = "{source}"', ""]
        place = directory / f"made-{number}"
        place.mkdir(parents=True)
        (place / "Cargo.lock").write_text("\n".join(lines))
        files.append(place / "Cargo.lock")
    return files


def by_cargo_audit(binary, lockfile, database):
    audit = subprocess.run([binary, "audit", "--db", str(database), "--no-fetch", "--stale",
                            "--json", "--file", str(lockfile)],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if not audit.stdout.strip():
        sys.exit(f"cargo-audit said nothing: {audit.stderr.decode()}")
    report = json.loads(audit.stdout)
    found = {(v["package"]["name"], v["package"]["version"], v["advisory"]["id"])
             for v in report["vulnerabilities"]["list"]}
    for kind in (report.get("warnings") or {}).values():
        found |= {(w["package"]["name"], w["package"]["version"], w["advisory"]["id"])
                  for w in kind if w.get("advisory")}
    return found


def by_runward(binary, lockfile, environment):
    scan = subprocess.run([binary, "scan", str(lockfile), "--only", "deps", "--format", "json", "--no-store"],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if scan.returncode not in (0, 1, 4):
        sys.exit(f"runward ended with {scan.returncode}: {scan.stderr.decode()}")
    found = set()
    for finding in json.loads(scan.stdout)["findings"]:
        for record in finding["advisory"]["records"]:
            package = finding["package"]
            found.add((package["name"], package["version"], record))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runward", default="target/release/runward")
    parser.add_argument("--cargo-audit", default=shutil.which("cargo-audit"))
    parser.add_argument("--data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("lockfiles", nargs="*", type=Path)
    arguments = parser.parse_args()
    data = osv_oracle.shared_data(arguments.data)
    if data is None or not arguments.cargo_audit:
        print("skipped: the shared data or cargo-audit is absent")
        print("0 passed, 0 failed, 1 skipped")
        return
    records = osv_oracle.load(data / "osv" / "crates.io" / "all.zip")
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        write_database(records, scratch / "rustsec")
        environment = {**os.environ, "RUNWARD_DATA_DIR": str(scratch / "db")}
        subprocess.run([arguments.runward, "db", "update", "--source", str(data / "osv"),
                        "--ecosystem", "crates.io"], env=environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lockfiles = arguments.lockfiles or made_lockfiles(records, scratch / "made", arguments.seed)
        for lockfile in lockfiles:
            theirs = by_cargo_audit(arguments.cargo_audit, lockfile, scratch / "rustsec")
            ours = by_runward(arguments.runward, lockfile, environment)
            for key in sorted(theirs ^ ours):
                failed += 1
                print(f"DIFFERENT {lockfile}: {key} only "
                      f"{'cargo-audit' if key in theirs else 'runward'}")
            passed += len(theirs & ours)
            print(f"{lockfile}: {len(theirs & ours)} equal, {len(theirs ^ ours)} different")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
