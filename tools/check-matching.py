"""Compares Runward's matching with the oracle, with pip-audit and with uv, on the shared data.

    python tools/check-matching.py --runward target/release/runward [--pairs 1500] [--seed 1]

Needs the packages of tools/peers-requirements.txt. Prints every difference, and closes with
`N passed, M failed`.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from packaging.utils import canonicalize_name

import osv_oracle
import osv_server


def shards(pairs):
    """Lists in which no package comes twice, so that each is a sound requirements file."""
    lists = []
    for name, version in pairs:
        for shard in lists:
            if name not in shard:
                shard[name] = version
                break
        else:
            lists.append({name: version})
    return lists


def groups(records):
    """Records joined by their ids and aliases, each as the set of its record ids."""
    joined = []
    for record in records:
        ids = {record["id"], *(record.get("aliases") or [])}
        members = {record["id"]}
        rest = []
        for other_ids, other_members in joined:
            if ids & other_ids:
                ids |= other_ids
                members |= other_members
            else:
                rest.append((other_ids, other_members))
        joined = rest + [(ids, members)]
    return {frozenset(members) for _, members in joined}


def run_runward(binary, root, data, database):
    environment = {**os.environ, "RUNWARD_DATA_DIR": str(database)}
    subprocess.run([binary, "db", "update", "--source", str(data / "osv"), "--ecosystem", "PyPI"],
                   env=environment, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    scan = subprocess.run([binary, "scan", str(root), "--only", "deps", "--format", "json",
                           "--no-store"],
                          env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if scan.returncode not in (0, 1, 4):
        sys.exit(f"runward ended with {scan.returncode}: {scan.stderr.decode()}")
    found = {}
    report = json.loads(scan.stdout)
    for finding in report["findings"] + report["suppressed_findings"]:
        package = finding["package"]
        key = (finding["location"]["path"].split("/")[0], package["name"], package["version"])
        found.setdefault(key, set()).add(frozenset(finding["advisory"]["records"]))
    return found, report


def run_pip_audit(file, url):
    audit = subprocess.run(
        [sys.executable, "-m", "pip_audit", "-r", str(file), "--no-deps", "--disable-pip",
         "-s", "osv", "--osv-url", f"{url}/v1/query", "-f", "json", "--progress-spinner", "off"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if not audit.stdout.strip():
        sys.exit(f"pip-audit said nothing: {audit.stderr.decode()}")
    found = {}
    for dependency in json.loads(audit.stdout)["dependencies"]:
        ids = {frozenset([v["id"], *v["aliases"]]) for v in dependency.get("vulns", [])}
        found[canonicalize_name(dependency["name"])] = ids
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runward", default="target/release/runward")
    parser.add_argument("--data")
    parser.add_argument("--pairs", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-pip-audit", action="store_true")
    arguments = parser.parse_args()
    data = osv_oracle.shared_data(arguments.data)
    if data is None:
        print("skipped: the shared data is absent")
        print("0 passed, 0 failed, 1 skipped")
        return
    archive = data / "osv" / "PyPI" / "all.zip"
    oracle = osv_oracle.Oracle(archive)
    pairs = osv_oracle.draw(oracle, arguments.pairs, arguments.seed)
    parts = shards(pairs)
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "project"
        for number, shard in enumerate(parts):
            directory = root / f"{number:04}"
            directory.mkdir(parents=True)
            lines = [f"{name}=={version}\n" for name, version in sorted(shard.items())]
            (directory / "requirements.txt").write_text("".join(lines))
        ours, report = run_runward(arguments.runward, root, data, Path(scratch) / "db")
        judged = report["summary"]["judged"]
        print(f"{len(pairs)} pairs in {len(parts)} files, {judged} judged, "
              f"{len(report['not_covered'])} not covered")
        expected_total, true_positives, false_positives = 0, 0, 0
        for number, shard in enumerate(parts):
            for name, version in shard.items():
                expected = groups(oracle.matching(name, version))
                got = ours.get((f"{number:04}", name, version), set())
                expected_total += len(expected)
                true_positives += len(expected & got)
                false_positives += len(got - expected)
                if expected == got:
                    passed += 1
                else:
                    failed += 1
                    print(f"DIFFERENT {name}=={version}: oracle {sorted(map(sorted, expected))} "
                          f"runward {sorted(map(sorted, got))}")
        recall = true_positives / max(expected_total, 1)
        precision = true_positives / max(true_positives + false_positives, 1)
        print(f"oracle: recall {recall:.2%}, precision {precision:.2%} over {expected_total} hits")
        joined = 0
        if not arguments.no_pip_audit:
            server = osv_server.serve(archive)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_port}"
            for number, shard in enumerate(parts):
                theirs = run_pip_audit(root / f"{number:04}" / "requirements.txt", url)
                for name, version in shard.items():
                    got = ours.get((f"{number:04}", name, version), set())
                    other = theirs.get(name, set())
                    # pip-audit names one id a group, with the aliases of that record, and does
                    # not join two records through an alias of a third: one group of ours may be
                    # several entries of its own, but never the other way round.
                    same = all(sum(bool(ids & group) for group in got) == 1 for ids in other) \
                        and all(any(ids & group for ids in other) for group in got)
                    joined += len(other) - len(got) if same else 0
                    if same:
                        passed += 1
                    else:
                        failed += 1
                        print(f"DIFFERENT from pip-audit {name}=={version}: "
                              f"{sorted(map(sorted, other))} runward {sorted(map(sorted, got))}")
            server.shutdown()
            print(f"pip-audit: {joined} entries of its own that Runward joins through aliases")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
