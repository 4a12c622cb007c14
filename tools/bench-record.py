#!/usr/bin/env python3
"""The figures of the record: log, outbox, verification, proofs, store, access, imports.

    tools/bench-record.py [--only log,audit,access,store,intake,redact] [--postgres URL] [--quick]

Runs the benchmarks that stand beside the code and prints what they say, then a table of the
figures that are asked for: what was measured, what is asked, and what a reference that was
measured in the same run reaches. Exit code 1 where a figure is not reached. Close other programs
first; the figures of a disk are those of the directory for temporary files.
"""

import argparse
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def bench(package, name, environment):
    command = ["cargo", "bench", "-q", "-p", package, "--bench", name]
    print(f"\n== {package} {name}", flush=True)
    done = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    )
    lines = []
    for line in done.stdout:
        print(f"   {line}", end="", flush=True)
        lines.append(line)
    if done.wait() != 0:
        raise SystemExit(f"`{' '.join(command)}` failed")
    return "".join(lines)


def numbers(pattern, text):
    return [float(match.replace(",", "")) for match in re.findall(pattern, text)]


def seconds(text):
    """A duration as Rust prints it."""
    value, unit = re.fullmatch(r"([\d.]+)(ns|µs|ms|s)", text).groups()
    return float(value) * {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}[unit]


class Table:
    def __init__(self):
        self.rows = []

    def add(self, what, measured, unit, asked=None, reference="", least=True):
        met = None
        if asked is not None and measured is not None:
            met = measured >= asked if least else measured <= asked
        self.rows.append((what, measured, unit, asked, least, reference, met))

    def show(self):
        print(f"\n{'figure':<46} {'measured':>14} {'asked':>14}       reference in the same run")
        for what, measured, unit, asked, least, reference, met in self.rows:
            value = "not measured" if measured is None else f"{measured:,.4g}" if measured < 100 else f"{measured:,.0f}"
            bound = "" if asked is None else f"{'≥' if least else '≤'} {asked:,.6g}"
            sign = {None: "", True: "yes", False: "NO"}[met]
            print(f"{what:<46} {value + ' ' + unit:>14} {bound:>14}  {sign:<4} {reference}")
        return all(row[-1] is not False for row in self.rows)


def last(values):
    return values[-1] if values else None


def log(table, quick):
    text = bench("runward-tlog", "log", {"RUNWARD_BENCH_RECORDS": "50000" if quick else "200000"})
    for threads in (64, 256):
        pattern = rf"log\.append, {threads} threads: (\d+) durable records/s, ack p50 [\d.]+ ms, p99 ([\d.]+) ms"
        plain = rf"plain file, {threads} threads: (\d+) durable records/s, ack p50 [\d.]+ ms, p99 ([\d.]+) ms"
        ours, theirs = re.findall(pattern, text), re.findall(plain, text)
        if ours and theirs:
            rate, p99 = map(float, ours[0])
            beside = f"plain file: {theirs[0][0]}/s, p99 {theirs[0][1]} ms"
            # The rate and the delay are asked of one load, not of every one.
            asked = threads == 256
            table.add(f"durable appends, {threads} threads", rate, "/s", 20_000 if asked else None, beside)
            table.add(f"acknowledgement p99, {threads} threads", p99, "ms", 10 if asked else None, beside, least=False)
    table.add("verification, one core", last(numbers(r"([\d.]+) per second of one core", text)), "/s", 500_000)
    proofs = re.findall(r"log\.prove at (\d+) records: \d+ µs each, at most (\d+) bytes", text)
    if proofs:
        size, longest = map(int, proofs[-1])
        # One more line of 44 characters and a line break for each doubling.
        more = math.ceil(math.log2(10_000_000)) - math.ceil(math.log2(size))
        table.add(
            "proof at 10,000,000 records", longest + 45 * max(0, more), "bytes", 3_072,
            f"{longest} bytes measured at {size:,}, {max(0, more)} lines added", least=False,
        )


def audit(table, quick, postgres):
    environment = {"RUNWARD_BENCH_EVENTS": "20000" if quick else "100000"}
    if postgres:
        environment["RUNWARD_TEST_POSTGRES"] = postgres
    text = bench("runward-audit", "audit", environment)
    for name in ("sqlite", "postgres"):
        alone = last(numbers(rf"{name}: (\d+)/s into the log alone", text))
        beside = f"the log alone: {alone:,.0f}/s" if alone else ""
        all_the_way = last(numbers(rf"{name}: \d+ events: (\d+)/s emitted, published and indexed", text))
        table.add(f"events to log and index, {name}", all_the_way, "/s", None, beside)
        publish = last(numbers(rf"{name}: (\d+)/s from outbox to log and index", text))
        table.add(f"outbox to log and index, {name}", publish, "/s", None, beside)


def access(table):
    text = bench("runward-access", "decide", {})
    for found in re.finditer(r"decide: p50 (\S+), p99 (\S+), .*?question p50 (\S+), ratio", text):
        table.add(
            "decision p99, 1,000 users, 100 repositories", seconds(found[2]) * 1e6, "µs", 50,
            f"SHA-256 of the question: {seconds(found[3]) * 1e6:.2f} µs", least=False,
        )


def store(table, quick):
    bounds = {"RUNWARD_BENCH_PROJECTS": "100"} if quick else {}
    with tempfile.TemporaryDirectory() as directory:
        text = bench("runward-store", "scale", {"TMPDIR": directory} | bounds)
    pages = re.findall(r"^(\S.*?)\s{2,}([\d.]+)\s+([\d.]+)\s+\d+$", text, re.MULTILINE)
    if pages:
        name, _, worst = max(pages, key=lambda page: float(page[2]))
        table.add("page of a filtered list, p99 of the slowest", float(worst), "ms", 50, name, least=False)
    imports = numbers(r"import of \d+: ([\d.]+) s", text)
    table.add("import of 100,000 findings", max(imports, default=None), "s", 30, least=False)
    memory = re.findall(r"peak memory (\d+) MB before, (\d+) MB after", text)
    if memory:
        before, after = map(int, memory[-1])
        table.add("memory that the import adds", after - before, "MB", 100, f"{before} MB before", least=False)


def intake(table, quick):
    """A SARIF file of 160 MB, beside what Python needs to load it."""
    command = ["cargo", "build", "-q", "--release", "-p", "runward-intake", "--example", "read",
               "--message-format", "json"]
    built = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    artifacts = [json.loads(line) for line in built.splitlines()]
    program = next(a["executable"] for a in artifacts if a.get("executable") and a["target"]["name"] == "read")
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "results.sarif"
        write_sarif(path, 10_000 if quick else 100_000)
        print(f"\n== runward-intake, {path.stat().st_size / 1e6:.0f} MB of SARIF", flush=True)
        ours = measure([program, "--quiet", str(path)])
        theirs = measure([sys.executable, "-c", f"import json; json.load(open({str(path)!r}))"])
    print(f"   ours {ours[0]:.2f} s, {ours[1]:.0f} MB; json.load {theirs[0]:.2f} s, {theirs[1]:.0f} MB")
    beside = f"Python's json.load: {theirs[0]:.2f} s, {theirs[1]:.0f} MB"
    table.add("reading 100,000 SARIF results", ours[0], "s", None, beside)
    table.add("memory for it", ours[1], "MB", 100, beside, least=False)


def write_sarif(path, count):
    rng = random.Random(1)
    with path.open("w") as out:
        out.write('{"version":"2.1.0","runs":[{"results":[')
        for number in range(count):
            line = number % 5000 + 1
            flow = [{"location": {"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": k}}}}
                    for k in range(8)]
            out.write(("," if number else "") + json.dumps({
                "ruleId": f"r{number % 500}",
                "message": {"text": f"finding {number} " + "with some explanation " * 16},
                "locations": [{"physicalLocation": {
                    "artifactLocation": {"uri": f"src/m{number % 2000}/file.py", "uriBaseId": "ROOT"},
                    "region": {"startLine": line, "startColumn": 3, "snippet": {"text": f"call_{number}(a)"}}}}],
                "partialFingerprints": {"primaryLocationLineHash": f"{rng.getrandbits(64):016x}:1"},
                "codeFlows": [{"threadFlows": [{"locations": flow}]}]}))
        rules = [{"id": f"r{n}", "properties": {"security-severity": str(n % 100 / 10)}} for n in range(500)]
        out.write('],"tool":{"driver":{"name":"T","rules":' + json.dumps(rules) + "}}}]}")


def measure(command):
    """Seconds and the most memory in MB."""
    started = time.monotonic()
    pid = os.posix_spawn(command[0], command, os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise SystemExit(f"`{' '.join(command)}` failed")
    unit = 1 if sys.platform == "darwin" else 1024
    return time.monotonic() - started, usage.ru_maxrss * unit / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--only", default="log,audit,access,store,intake,redact")
    parser.add_argument("--postgres", default=os.environ.get("RUNWARD_TEST_POSTGRES"),
                        help="a server to measure too (tools/postgres start DIR)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes, for a first look")
    arguments = parser.parse_args()
    chosen = arguments.only.split(",")
    table = Table()
    if "log" in chosen:
        log(table, arguments.quick)
    if "audit" in chosen:
        audit(table, arguments.quick, arguments.postgres)
        if not arguments.postgres:
            print("skipped: PostgreSQL (name a server with --postgres)")
    if "access" in chosen:
        access(table)
    if "store" in chosen:
        store(table, arguments.quick)
    if "redact" in chosen:
        bench("runward-redact", "seal", {})
    if "intake" in chosen:
        intake(table, arguments.quick)
    return 0 if table.show() else 1


if __name__ == "__main__":
    sys.exit(main())
