"""End-to-end checks of the record (store, audit trail, tasks, access) with the real binary.

    python tools/e2e_record.py --runward target/debug/runward

Every group runs on SQLite and on a PostgreSQL that `tools/postgres` starts (`--postgres URL` takes
one that runs already, `--only WORD` the groups with that word in their name). Everything runs in a
temporary directory; every process that is started is ended by its id. Closes with
`N passed, M failed`.
"""

import argparse
import contextlib
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from e2e import record

TOOLS = Path(__file__).resolve().parent
MIGRATIONS = TOOLS.parent / "crates" / "runward-db" / "migrations"
CRITICAL = {"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}
SECRET = "hunter2-Zq8vT1xWm4"
AWS_KEY = "AKIA" + "Q7ZX4JNKM2WPLR5T"


class Bench:
    """Counts, and what all worlds share."""

    def __init__(self, binary, scratch):
        self.binary = str(Path(binary).resolve())
        self.scratch = Path(scratch)
        self.passed = self.failed = self.number = 0
        self.place = ""

    def check(self, what, good, detail=""):
        self.number += 1
        if good:
            self.passed += 1
            print(f"ok    {self.number:3} {self.place} {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL  {self.number:3} {self.place} {what} {str(detail)[:1500]}", flush=True)
        return good


class Server:
    """Databases on a PostgreSQL server."""

    def __init__(self, url):
        self.url = url
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
        self.path = os.pathsep.join([*programs, os.environ.get("PATH", "")])

    def program(self, name):
        return shutil.which(name, path=self.path) or name

    def sql(self, statement, url=None):
        return subprocess.run([self.program("psql"), "-qAtX", "-v", "ON_ERROR_STOP=1", "-d",
                               url or self.url, "-c", statement], check=True,
                              stdout=subprocess.PIPE).stdout.decode()

    def named(self, name):
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def database(self, name, template="template0"):
        self.sql(f'DROP DATABASE IF EXISTS "{name}"')
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.named(name)

    def dump(self, url):
        return subprocess.run([self.program("pg_dump"), "-d", url], check=True,
                              stdout=subprocess.PIPE).stdout


class World:
    """One store with its log, keys, files and project."""

    def __init__(self, bench, name, server=None):
        self.bench, self.name, self.server = bench, name, server
        self.root = bench.scratch / f"{name}-{'postgres' if server else 'sqlite'}"
        self.project = self.root / "shop"
        self.project.mkdir(parents=True)
        self.log, self.keys = self.root / "audit", self.root / "keys"
        self.feeds = self.root / "feeds"
        self.database = None
        if server:
            self.database = f"{name}_{os.getpid()}".replace("-", "_")
            self.url = server.database(self.database)
        else:
            self.url = f"sqlite:{self.root / 'store.db'}"
        self.tokens = {}
        if server:
            self.run("store", "migrate")

    def environment(self, who=None, **extra):
        keep = {k: v for k, v in os.environ.items() if not k.startswith("RUNWARD_")}
        keep.update({"RUNWARD_DATA_DIR": str(self.bench.scratch / "advisories"),
                     "HOME": str(self.root / "home"), "NO_PROXY": "127.0.0.1",
                     "RUNWARD_STORE": self.url, "RUNWARD_AUDIT__DIR": str(self.log),
                     "RUNWARD_AUDIT__KEYS_DIR": str(self.keys),
                     "RUNWARD_AUDIT__FILES_DIR": str(self.feeds)})
        if who:
            keep["RUNWARD_TOKEN"] = self.tokens.get(who, who)
        keep.update(extra)
        return keep

    def run(self, *arguments, who=None, text=None, cwd=None, **extra):
        who = who or ("root" if "root" in self.tokens else None)
        return subprocess.run([self.bench.binary, *map(str, arguments)], cwd=cwd or self.project,
                              env=self.environment(who, **extra), input=text, encoding="utf-8",
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)

    def start(self, *arguments, who=None, **pipes):
        who = who or ("root" if "root" in self.tokens else None)
        return subprocess.Popen([self.bench.binary, *map(str, arguments)], cwd=self.project,
                                env=self.environment(who), encoding="utf-8", **pipes)

    def code(self, *arguments, **more):
        return self.run(*arguments, **more).returncode

    def json(self, *arguments, **more):
        done = self.run(*arguments, **more)
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise RuntimeError(f"{arguments}: {done.returncode} {done.stdout} {done.stderr}") from None

    def scan(self, *only, **more):
        return self.json("scan", ".", "-f", "json", "--only", *(only or ("deps",)), **more)

    def events(self, *filters, **more):
        events = self.json("audit", "log", "-f", "json", "-n", "10000", "--oldest-first", *filters,
                           **more)["events"]
        return [{"index": e["index"], "id": e["id"], **e["event"]} for e in events]

    def types(self, *filters):
        return [event["event_type"] for event in self.events(*filters)]

    def finding(self, *filters, **more):
        return self.json("findings", "list", "--all", "-f", "json", *filters, **more)["findings"]

    def task(self, number, **more):
        return self.json("task", "show", number, "-f", "json", **more)

    def create(self, title, *fields, **more):
        return self.json("task", "create", title, *fields, "-f", "json", **more)["task"]

    def tasks(self, *filters, **more):
        return [t["task"] for t in self.json("task", "list", "-f", "json", *filters, **more)["tasks"]]

    def record(self, events, **more):
        lines = "".join(json.dumps(event) + "\n" for event in events)
        return self.run("audit", "record", text=lines, **more)

    def sound(self, what):
        verdict = self.run("audit", "verify")
        self.bench.check(f"{what}: the record verifies", verdict.returncode == 0, verdict)

    def write(self, name, content):
        file = self.project / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    def people(self, **members):
        """Switches access control on; `ann="shop:developer"` or `sue="security-lead"`."""
        self.tokens["root"] = self.run("access", "init", "root").stdout.strip()
        for name, role in members.items():
            self.run("access", "add", name)
            for part in role.split(",") if role else []:
                if ":" in part:
                    repository, place = part.split(":")
                    self.run("access", "join", name, repository, "--role", place)
                else:
                    self.run("access", "grant", name, part)
            made = self.run("access", "token", "create", "ci", "--for", name, "--days", "30",
                            "--scope", "read,write,scan,admin")
            self.tokens[name] = made.stdout.strip()


def day(days):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + days * 86400))


def advisories(bench):
    """Three of badlib, one of otherlib."""
    source = bench.scratch / "osv"
    source.mkdir()
    for number, name, fixed in [(1, "badlib", "1.5"), (2, "badlib", "2.0"), (3, "badlib", "2.0"),
                                (4, "otherlib", "9.0")]:
        entry = record(number, name, fixed, **CRITICAL)
        (source / f"{entry['id']}.json").write_text(json.dumps(entry))
    environment = {**os.environ, "RUNWARD_DATA_DIR": str(bench.scratch / "advisories")}
    subprocess.run([bench.binary, "-q", "db", "import", str(source)], check=True, env=environment,
                   stdout=subprocess.DEVNULL)


# ---- The life of a finding ------------------------------------------------------------------

def life(world):
    check = world.bench.check
    world.write("requirements.txt", "badlib==1.0\n")
    first = world.scan()
    check("a scan finds three", len(first["findings"]) == 3)
    key = next(f["fingerprint"] for f in first["findings"] if f["rule"] == "PYSEC-2030-2")
    steps = [
        (["findings", "triage", key, "--status", "triaged", "--reason", "looked at"], "vulnerability_triaged"),
        (["findings", "triage", key, "--status", "in-progress", "--reason", "working"], "vulnerability_triaged"),
        (["findings", "accept", key, "--until", day(20), "--reason", "no exposure"], "vulnerability_accepted"),
        (["findings", "reopen", key, "--reason", "exposed after all"], "vulnerability_reopened"),
        (["findings", "triage", key, "--status", "false-positive", "--reason", "other module"],
         "false_positive_marked"),
        (["findings", "reopen", key, "--reason", "no, it is ours"], "vulnerability_reopened"),
    ]
    for arguments, event in steps:
        done = world.run(*arguments)
        last = world.events()[-1]
        check(f"{' '.join(arguments[1:2] + arguments[3:5])} is recorded as {event}",
              done.returncode == 0 and last["event_type"] == event
              and last["subject"] == {"kind": "finding", "id": key}
              and last["actor"]["id"] and arguments[-1] in last.get("reason", ""), (done.stderr, last))
    shown = world.json("findings", "show", key, "-f", "json")["transitions"]
    check("the finding tells every transition with who, when and why",
          len(shown) == 7 and all(t["who"] and t["at"] and t["why"] for t in shown), shown)
    stale = world.run("findings", "triage", key, "--status", "triaged", "--reason", "x",
                      "--expected", "open")
    check("a decision about another status than the present one is refused", stale.returncode == 2, stale)
    beyond = world.run("findings", "accept", key, "--until", "2099-01-01", "--reason", "x")
    check("an acceptance beyond policy is refused", beyond.returncode == 2, beyond)
    illegal = world.run("findings", "accept", key, "--until", day(20), "--reason", "")
    check("a decision without a reason is refused", illegal.returncode == 2, illegal)
    (world.project / "requirements.txt").unlink()
    world.write("other/requirements.txt", "goodlib==1.0\n")
    world.run("scan", "other")
    check("a scan of another place closes nothing",
          {f["status"] for f in world.finding()} == {"open", "reopened"}, world.finding())
    world.write("requirements.txt", "badlib==2.0\n")
    fixed = world.scan()
    check("the upgrade closes all three", len(fixed["fixed"]) == 3
          and world.types().count("vulnerability_resolved") == 3)
    timeline = world.json("audit", "timeline", key, "-f", "json")["events"]
    kinds = [e["event"]["event_type"] for e in timeline]
    check("the timeline of a finding is its whole life", kinds[0] == "vulnerability_detected"
          and "vulnerability_resolved" in kinds and "vulnerability_accepted" in kinds, kinds)
    world.write("requirements.txt", "badlib==1.0\n")
    again = world.scan()
    check("what comes back is reopened", {f["status"] for f in again["findings"]} == {"reopened"})
    report = world.json("audit", "report", "--since", "1d", "-f", "json")
    check("the report of the period is written", report["schema"] == "runward.compliance/1"
          and report["reported_events"] == 0)
    told = world.record([{"event_type": "vulnerability_resolved",
                                    "subject": {"kind": "finding", "id": again["findings"][0]["fingerprint"]}}])
    after = world.json("audit", "report", "--since", "1d", "-f", "json")
    check("what another program tells proves nothing", told.returncode == 0
          and after["reported_events"] == 1 and after["unresolved"] == report["unresolved"], after)
    text = world.run("audit", "report", "--since", "1d").stdout
    check("for people it is text", text.splitlines()[0].endswith("UTC") and "required record" in text, text)
    stats = world.json("findings", "stats", "-f", "json")
    table = world.run("findings", "stats").stdout
    check("figures are a table, or JSON", stats["findings"] == 3 and table.startswith("severity")
          and "3 findings" in table, (stats, table))
    world.sound("life")


# ---- Imports --------------------------------------------------------------------------------

def sarif(tool, results, scanned=("app.py", "util.py")):
    return {"version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": tool, "version": "1", "rules": []}},
        "artifacts": [{"location": {"uri": s}, "roles": ["analysisTarget"]} for s in scanned],
        "results": [{"ruleId": rule, "level": "error", "message": {"text": text},
                     "partialFingerprints": {"primaryLocationLineHash": f"{hashlib.sha256((rule + path).encode()).hexdigest()[:16]}:1"},
                     "locations": [{"physicalLocation": {
                         "artifactLocation": {"uri": path},
                         "region": {"startLine": line}}}]} for rule, path, line, text in results]}]}


SEMGREP = {"version": "1.0.0", "errors": [], "paths": {"scanned": ["app.py", "util.py"]}, "results": [
    {"check_id": "python.eval", "path": "app.py", "start": {"line": 2, "col": 1, "offset": 4},
     "end": {"line": 2, "col": 9, "offset": 12},
     "extra": {"message": "eval is dangerous", "severity": "ERROR", "lines": "eval(x)", "metadata": {},
               "fingerprint": "aa", "is_ignored": False}}]}
BANDIT = {"errors": [], "generated_at": "2026-01-01T00:00:00Z",
          "metrics": {"_totals": {}, "./app.py": {"loc": 2}}, "results": [
              {"code": "2 eval(x)\n", "filename": "./app.py", "issue_severity": "HIGH",
               "issue_confidence": "HIGH", "issue_text": "Use of eval", "line_number": 2,
               "line_range": [2], "test_id": "B307", "test_name": "blacklist", "more_info": "",
               "issue_cwe": {"id": 78, "link": ""}}]}


def pip_audit(*vulnerable):
    return {"fixes": [], "dependencies": [
        {"name": "badlib", "version": "1.0", "vulns": [
            {"id": f"PYSEC-2030-{n}", "fix_versions": ["2.0"], "aliases": [f"CVE-2030-{n:04}"],
             "description": "x"} for n in vulnerable]}]}


def imports(world):
    check = world.bench.check
    world.write("requirements.txt", "badlib==1.0\n")
    world.write("app.py", "x = input()\neval(x)\n")
    world.write("util.py", "pass\n")
    world.scan()

    def bring(name, content, *more):
        file = world.write(f"../{name}", content)
        return world.run("findings", "import", file, *more)

    for name, content in [("r.sarif", sarif("CodeQL", [("py/eval", "app.py", 2, "eval")])),
                          ("semgrep.json", SEMGREP), ("bandit.json", BANDIT)]:
        before = len(world.finding())
        done = bring(name, content)
        check(f"{name} is imported", done.returncode == 0 and len(world.finding()) == before + 1, done)
    done = bring("pip.json", pip_audit(1, 2, 3), "--manifest", "requirements.txt")
    dependency = world.finding("--package", "badlib")
    check("what pip-audit and the scan both see is one finding",
          done.returncode == 0 and len(dependency) == 3, (done, dependency))
    events, listed = len(world.events()), world.finding()
    for name, more in [("r.sarif", []), ("semgrep.json", []), ("bandit.json", []),
                       ("pip.json", ["--manifest", "requirements.txt"])]:
        done = world.run("findings", "import", world.root / name, *more)
        check(f"{name} again changes nothing", done.returncode == 0
              and "nothing changed" in done.stderr and world.finding() == listed, done)
    check("and records nothing", "vulnerability_detected" not in world.types()[events:],
          world.types()[events:])
    # Gone for one reporter, then for the other.
    world.write("requirements.txt", "badlib==2.0\n")
    world.scan()
    still = {f["status"] for f in world.finding("--package", "badlib")}
    check("gone for the scan, not for pip-audit: still open", still == {"open"}, still)
    bring("pip2.json", pip_audit(), "--manifest", "requirements.txt", "--whole")
    gone = {f["status"] for f in world.finding("--package", "badlib")}
    check("gone for both: resolved", gone == {"resolved"}, gone)
    moved = sarif("CodeQL", [("py/eval", "app.py", 40, "eval")])
    bring("moved.sarif", moved)
    ours = world.finding("--reporter", "codeql")
    check("a finding that moved is the same finding", len(ours) == 1, ours)
    bring("elsewhere.sarif", sarif("CodeQL", [], scanned=["util.py"]))
    check("a run that did not look there closes nothing",
          [f["status"] for f in world.finding("--reporter", "codeql")] == ["open"])
    bring("clean.sarif", sarif("CodeQL", []))
    check("a run that looked there does",
          [f["status"] for f in world.finding("--reporter", "codeql")] == ["resolved"])
    other = world.run("findings", "import", world.root / "r.sarif", "--reporter", "other")
    check("the same file as another tool's is another import", other.returncode == 0
          and "nothing changed" not in other.stderr, other)
    cut = json.dumps(sarif("CodeQL", [("py/eval", "app.py", 2, "eval")]))[:-40]
    before = world.finding()
    done = bring("cut.sarif", cut)
    check("a file that is cut is refused and changes nothing",
          done.returncode == 2 and world.finding() == before, done)
    outside = sarif("CodeQL", [("py/x", "../../etc/passwd", 1, "x")], scanned=["../../etc/passwd"])
    done = bring("outside.sarif", outside)
    check("a path that leaves the project is no finding, and said to be none",
          world.finding() == before and "passwd" in done.stderr, done)
    secret = sarif("CodeQL", [("py/secret", "app.py", 1, f"the key {AWS_KEY} is in the source")])
    bring("secret.sarif", secret)
    world.sound("imports")


# ---- Tasks ----------------------------------------------------------------------------------

def tasks(world):
    check = world.bench.check
    world.write("requirements.txt", "badlib==1.0\notherlib==1.0\n")
    world.scan()
    synced = world.json("task", "sync", "-f", "json")
    listed = world.tasks()
    check("one task for each fix, not for each advisory",
          len(synced["created"]) == 2 and sorted(len(t["findings"]) for t in listed) == [1, 3], listed)
    check("with the deadline and approver of policy", all(t["deadline"] and t["approver"] for t in listed))
    again = world.json("task", "sync", "-f", "json")
    check("sync again changes nothing", not any(again[k] for k in ["created", "updated", "completed"]), again)
    world.write("requirements.txt", "badlib==2.0\notherlib==1.0\n")
    world.scan()
    done = world.json("task", "sync", "-f", "json")
    check("what is fixed completes its task", len(done["completed"]) == 1, done)
    first, second, third = (world.create(t)["id"] for t in ["first", "second", "third"])
    world.run("task", "depend", second, first)
    world.run("task", "depend", third, second)
    for a, b in [(first, third), (first, first)]:
        cycle = world.run("task", "depend", a, b)
        check(f"a cycle over {3 if a != b else 1} tasks is refused", cycle.returncode == 2, cycle)
    early = world.run("task", "complete", second)
    check("a task does not end before what it depends on", early.returncode == 2, early)
    world.run("task", "start", first)
    world.run("task", "complete", first)
    world.run("task", "start", second)
    late = world.run("task", "complete", second)
    check("and does after", late.returncode == 0, late)
    gated = world.create("gated", "--gate", "tests")["id"]
    world.run("task", "start", gated)
    check("a gate that is open holds a task", world.code("task", "complete", gated) == 2)
    world.run("task", "gate", "fail", gated, "tests", "--reason", "2 red")
    check("a failed one too", world.code("task", "complete", gated) == 2)
    world.run("task", "gate", "pass", gated, "tests")
    check("a passed one does not", world.code("task", "complete", gated) == 0)
    kinds = world.types("--subject", f"task:T-{gated}")
    check("gates are recorded", {"quality_gate_failed", "quality_gate_passed"} <= set(kinds), kinds)
    blocked = world.create("blocked")["id"]
    world.run("task", "block", blocked, "--reason", "waits for the vendor")
    check("blocked", world.task(blocked)["task"]["status"] == "blocked")
    world.run("task", "unblock", blocked)
    check("and unblocked", world.task(blocked)["task"]["status"] == "open")
    world.run("task", "delete", blocked, "--reason", "made by mistake")
    check("a deleted task is in no list", blocked not in [t["id"] for t in world.tasks("--all")])
    honest = "fix --force flag; SELECT the right /* comment */ ../path <b>bold</b> =1+1 'quoted'"
    made = world.create(honest, "--description", honest, "--tag", "q1")
    check("honest text is kept byte for byte", world.task(made["id"])["task"]["title"] == honest
          and world.task(made["id"])["task"]["description"] == honest)
    found = world.json("task", "search", "force flag", "-f", "json")["tasks"]
    check("and found", made["id"] in [t["task"]["id"] for t in found])
    stale = world.run("task", "update", made["id"], "--title", "y", "--version", "99")
    check("a change of another version is refused", stale.returncode == 2, stale)
    for what, arguments in {
        "a title of 201 characters": ["x" * 201],
        "an empty title": [""],
        "a traversal as repository": ["x", "--repository", "../../etc"],
        "a deadline without a zone": ["x", "--deadline", "2030-01-01T00:00:00"],
        "a bidi control": ["x \u202e y"],
        "metadata that is no object": ["x", "--metadata", "[1]"],
    }.items():
        done = world.run("task", "create", *arguments)
        last = world.events()[-1]
        check(f"{what} is refused and recorded", done.returncode == 2
              and last["event_type"] == "task_validation_failure", (done, last))
    unknown = world.run("task", "create", "--json", "-", "-f", "json", text='{"title": "x", "colour": 1}')
    check("an unknown field is refused", unknown.returncode == 2 and "colour" in unknown.stdout, unknown)
    attack = world.events("--attacks")
    check("the traversal is found as an attack", len(attack) >= 1, attack)
    world.sound("tasks")


# ---- Access ---------------------------------------------------------------------------------

def access(world):
    check = world.bench.check
    world.write("requirements.txt", "badlib==1.0\n")
    world.scan()
    key = world.finding()[0]["fingerprint"]
    for repository in ["shop", "shop", "web", "web"]:
        world.create(f"of {repository}", "--repository", repository, "--severity", "critical",
                     "--approver", "security-lead")
    world.people(val="shop:viewer", dev="shop:developer", tom="shop:team-lead", wes="web:developer",
                 sue="security-lead", aud="auditor", eve="")
    check("everybody has a token", all(t.startswith("rw_") for t in world.tokens.values()), world.tokens)
    check("nobody becomes admin twice", world.code("access", "init", "mal") == 2)
    none = world.run("task", "list", who="rw_aaaaaaaaaaaaa_" + "b" * 52)
    check("a token that nobody made is refused", none.returncode == 6, none)
    anonymous = subprocess.run([world.bench.binary, "task", "list"], cwd=world.project,
                               env=world.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check("without a token nothing is shown", anonymous.returncode == 6 and not anonymous.stdout, anonymous)
    check("a login that fails is recorded", "login_failed" in world.types())
    denied = [
        ("eve", ["scan", "."], None),
        ("eve", ["audit", "log"], "access_denied"),
        ("val", ["findings", "triage", key, "--status", "triaged", "--reason", "x"], "access_denied"),
        ("val", ["task", "create", "x"], "task_access_denied"),
        ("val", ["task", "update", "1", "--title", "x"], "task_access_denied"),
        ("val", ["task", "delete", "1", "--reason", "x"], "task_access_denied"),
        ("val", ["task", "comment", "1", "x"], "task_access_denied"),
        ("val", ["task", "sync"], None),
        ("val", ["audit", "verify"], "access_denied"),
        ("val", ["audit", "export"], "access_denied"),
        ("dev", ["task", "complete", "1"], "task_access_denied"),
        ("dev", ["findings", "accept", key, "--until", day(5), "--reason", "x"], "access_denied"),
        ("dev", ["access", "add", "mallory"], "access_denied"),
        ("dev", ["access", "grant", "dev", "admin"], "access_denied"),
        ("dev", ["access", "token", "create", "x", "--for", "root", "--scope", "read"], "access_denied"),
        ("dev", ["access", "list"], "access_denied"),
        ("dev", ["store", "backup", world.root / "stolen"], "access_denied"),
        ("dev", ["store", "export"], "access_denied"),
        ("dev", ["audit", "prune", "--before", day(1), "--archive", world.root / "x"], "access_denied"),
        ("aud", ["task", "create", "x"], "task_access_denied"),
        ("aud", ["findings", "triage", key, "--status", "triaged", "--reason", "x"], "access_denied"),
        ("root", ["task", "create", "x"], "task_access_denied"),
    ]
    def refused(who, arguments, kind, code):
        before = len(world.events("--denied"))
        done = world.run(*arguments, who=who)
        after = world.events("--denied")
        last = after[-1] if after else {}
        check(f"{who} may not {' '.join(map(str, arguments[:2]))}", done.returncode == code, done)
        check(f"... and it is recorded as {kind or 'a denial'}",
              len(after) == before + 1 and last["actor"]["id"] == who and last["outcome"] == "denied"
              and (kind is None or last["event_type"] == kind), (before, len(after), last))
        return done

    for who, arguments, kind in denied:
        refused(who, arguments, kind, 6)
    # What somebody may not see is answered as what is not there.
    nothing, reason = "0" * 32, ["--reason", "x"]
    for who, there, absent, arguments in [
            ("eve", key, nothing, ["findings", "show", "ID"]),
            ("eve", key, nothing, ["findings", "accept", "ID", "--until", day(5), *reason]),
            ("eve", key, nothing, ["findings", "triage", "ID", "--status", "triaged", *reason]),
            ("eve", key, nothing, ["findings", "reopen", "ID", *reason]),
            ("eve", "1", "99", ["task", "show", "ID"]), ("dev", "3", "99", ["task", "show", "ID"]),
            ("wes", "1", "99", ["task", "show", "ID"]), ("wes", "1", "99", ["task", "depend", "3", "ID"]),
            ("wes", "1", "99", ["task", "complete", "ID"])]:
        fill = lambda what: [what if it == "ID" else it for it in arguments]  # noqa: E731, B023
        kind = "access_denied" if arguments[0] == "findings" else "task_access_denied"
        hidden = refused(who, fill(there), kind, 2)
        missing = world.run(*fill(absent), who=who)
        check("... and answered as if it were not there", missing.returncode == 2
              and hidden.stderr.replace(there, absent) == missing.stderr
              and hidden.stdout == missing.stdout == "", (hidden, missing))
    check("what was denied was not done", not (world.root / "stolen").exists()
          and world.task(1, who="sue")["task"]["title"] == "of shop")
    # Approvals.
    one = world.create("mine", "--severity", "low", "--approver", "developer", who="dev")["id"]
    world.run("task", "approve", "request", one, who="dev")
    own = world.run("task", "approve", "grant", one, who="dev")
    check("nobody approves their own task", own.returncode == 6, own)
    check("a team lead does", world.code("task", "approve", "grant", one, who="tom") == 0)
    lead = world.create("of the lead", "--severity", "critical", "--approver", "security-lead", who="sue")["id"]
    world.run("task", "approve", "request", lead, who="sue")
    check("a security lead neither", world.code("task", "approve", "grant", lead, who="sue") == 6)
    check("a team lead may not approve what is the security lead's",
          world.code("task", "approve", "grant", lead, who="tom") == 6)
    waits = world.run("task", "complete", lead, who="sue")
    check("what waits for approval is not completed", waits.returncode == 2, waits)
    # Lists say exactly what the items say.
    everything = [t["id"] for t in world.tasks("--all", who="sue")]
    for who in ["val", "dev", "tom", "wes", "sue", "aud", "eve", "root"]:
        listed = {t["id"] for t in world.tasks("--all", who=who)}
        shown = {n for n in everything if world.code("task", "show", n, who=who) == 0}
        check(f"the tasks that {who} lists are those that {who} may see", listed == shown, (listed, shown))
        seen = {f["fingerprint"] for f in world.finding(who=who)}
        single = {f["fingerprint"] for f in world.finding(who="sue")
                  if world.code("findings", "show", f["fingerprint"], who=who) == 0}
        check(f"the findings that {who} lists are those that {who} may see", seen == single, (seen, single))
    # Explanations.
    why = world.run("access", "explain", "dev", "accept_finding", "finding:critical@shop", who="root")
    check("a denial is explained", why.returncode == 6 and "lead" in why.stdout, why)
    check("and a permission", world.code("access", "explain", "dev", "create_task", "repository:shop") == 0)
    team = world.run("audit", "log", "--repository", "shop", who="tom")
    check("a team lead sees the events of the repository", team.returncode == 0, team)
    check("and not those of another", world.code("audit", "log", "--repository", "web", who="tom") == 6)
    # Tokens.
    def token(who, *more):
        return world.run("access", "token", "create", "t", "--scope", *more, who=who).stdout.strip()
    usual = world.run("access", "token", "create", "usual", "--for", "dev", "--scope", "read")
    check("an admin makes a token without naming days", usual.returncode == 0, usual)
    reading = token("dev", "read", "--days", "2")
    check("a token for reading reads", world.code("task", "list", who=reading) == 0)
    check("and does not write", world.code("task", "create", "x", who=reading) == 6)
    check("nor makes a wider one", world.code("access", "token", "create", "x", "--scope", "write",
                                             who=reading) in (2, 6))
    narrow = token("sue", "read,write", "--repository", "web", "--days", "2")
    check("a token for one repository works there", world.code("task", "show", "3", who=narrow) == 0)
    check("and nowhere else", world.code("task", "show", "1", who=narrow) == 2)
    number = reading.split("_")[1]
    world.run("access", "token", "revoke", number)
    check("a revoked token is refused by the next command", world.code("task", "list", who=reading) == 6)
    renewed = world.run("access", "token", "rotate", world.tokens["wes"].split("_")[1], who="wes").stdout.strip()
    check("a rotated token is another", world.code("task", "list", who=renewed) == 0
          and world.code("task", "list", who="wes") == 6)
    world.run("access", "leave", "val", "shop")
    check("a membership that ended counts from the next command",
          world.code("task", "show", "1", who="val") == 2)
    world.run("access", "disable", "dev", "--reason", "left")
    check("a disabled principal is refused by the next command", world.code("task", "list", who="dev") == 6)
    world.run("access", "enable", "dev")
    check("an enabled one has no old tokens", world.code("task", "list", who="dev") == 6)
    check("tokens are nowhere in the store", all(not holds(world, t.split("_")[2])
                                                 for t in world.tokens.values()))
    mine = world.root / "own.cedar"
    mine.write_text('permit (principal, action == Action::"no_such", resource);')
    check("a wrong policy is refused", world.code("access", "policies", "check", mine) == 2)
    world.sound("access")


# ---- Searches, files, exports ---------------------------------------------------------------

def searches(world):
    check = world.bench.check
    world.write("requirements.txt", "badlib==1.0\n")
    world.scan()
    world.people(dev="shop:developer", sue="security-lead")
    world.run("task", "create", "ok", who="dev")
    world.run("task", "create", "bad ' OR 1=1 --", "--repository", "../etc", who="dev")
    world.run("task", "show", "1", who="root")
    world.run("access", "list", who="dev")
    world.record([{"event_type": "data_exported", "subject": {"kind": "export", "id": "big"},
                   "details": {"result_count": 5000}}])
    log = world.feeds / "audit.log"
    structured = world.feeds / "audit.json"

    def shell(command):
        return subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8")

    lines = len(log.read_text().splitlines())
    check("both files have a line for every event", lines == len(structured.read_text().splitlines())
          == len(world.events()), lines)
    if shutil.which("jq"):
        today = time.strftime("%Y-%m-%d", time.gmtime())
        pipelines = {
            "all actions by a user": f'grep "user_id.*dev" {structured} | jq -c .',
            "denied today": f'grep "task_access_denied" {structured} | jq -c '
                            f'"select(.timestamp | startswith(\\"{today}\\"))"',
            "large exports": f'grep "data_exported" {structured} | jq -c "select(.details.result_count > 1000)"',
            "counts by type": f"""grep -o '"event_type": "[^"]*"' {structured} | sort | uniq -c | sort -rn""",
            "validation errors": f"grep task_validation_failure {log} | "
                                 "jq -r '.details.validation_errors[]' | sort | uniq -c | sort -rn",
            "somebody's denials": f'grep "root" {structured} | '
                                  'jq -c "select(.event_type == \\"task_access_denied\\")"',
        }
        for what, command in pipelines.items():
            done = shell(command)
            check(f"the runbook's pipeline answers: {what}", done.returncode == 0 and done.stdout.strip()
                  and not done.stderr, (command, done))
    else:
        print("skipped: jq is not installed, so the runbook's pipelines are not run")
    for what, filters, least in [
        ("by user", ["--user", "dev"], 2), ("denied today", ["--denied", "--today"], 2),
        ("large exports", ["--large-exports"], 1), ("validation failures", ["--validation-failures"], 1),
        ("attack patterns", ["--attacks"], 1), ("by type", ["--type", "task_created"], 1),
        ("by subject", ["--subject", "task:T-1"], 1), ("since", ["--since", "1h"], 5),
    ]:
        found = world.events(*filters)
        check(f"the search is a flag: {what}", len(found) >= least, found)
    stats = world.json("audit", "stats", "-f", "json")
    check("counts add up", stats["total"] == sum(c["count"] for c in stats["by_type"]), stats)
    text = world.json("audit", "search", "badlib", "-f", "json")["events"]
    check("words are found", len(text) >= 3)
    world.record([{"event_type": "custom", "subject": {"kind": "x", "id": "=cmd|' /C calc'!A0"},
                   "reason": "=1+1\nforged,line", "details": {"a": "+SUM(A1)"}}])
    count = len(world.events())
    for form in ["json", "jsonl", "csv", "ocsf", "cef"]:
        file = world.root / f"export.{form}"
        done = world.run("audit", "export", "--format", form, "-o", file, who="sue")
        content = file.read_text() if file.exists() else ""
        rows = {"json": lambda: len(json.loads(content)),
                "jsonl": lambda: len([json.loads(line) for line in content.splitlines()]),
                "ocsf": lambda: len([json.loads(line)["class_uid"] for line in content.splitlines()]),
                "cef": lambda: len([line for line in content.splitlines() if line.startswith("CEF:")]),
                "csv": lambda: None}
        check(f"{form} is exported", done.returncode == 0 and content, done)
        if form == "csv":
            import csv
            table = list(csv.reader(content.splitlines(keepends=True)))
            check("CSV has a row for every event and no formula", len(table) >= count
                  and not any(cell[:1] in "=+@" and cell for row in table for cell in row),
                  [c for row in table for c in row if c[:1] in ("=", "+", "@")])
        else:
            check(f"{form} has every event", rows[form]() >= count, (rows[form](), count))
    check("exports are recorded", world.types().count("data_exported") >= 6)
    validator = TOOLS / "validate-ocsf.py"
    installed = subprocess.run([sys.executable, "-c", "import ocsf_json_schema"],
                               stderr=subprocess.DEVNULL).returncode == 0
    if not installed:
        print("skipped: tools/ocsf-requirements.txt is not installed, so OCSF is not validated")
    else:
        done = subprocess.run([sys.executable, str(validator), str(world.root / "export.ocsf")],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        check("validate-ocsf.py accepts the export", done.returncode == 0, done.stdout[-800:])
    world.sound("searches")


def following(world):
    """`audit tail --follow` shows what other processes do."""
    check = world.bench.check
    world.create("before")
    tail = world.start("audit", "tail", "--follow", "-n", "0", stdout=subprocess.PIPE)
    try:
        time.sleep(1)
        world.create("while it is followed")
        os.set_blocking(tail.stdout.fileno(), False)
        seen, until = "", time.monotonic() + 20
        while time.monotonic() < until and "while it is followed" not in seen:
            with contextlib.suppress(BlockingIOError):
                seen += os.read(tail.stdout.fileno(), 65536).decode()
            time.sleep(0.1)
        check("tail --follow shows another process's event", "while it is followed" in seen
              and all(json.loads(line) for line in seen.splitlines()), seen)
    finally:
        tail.send_signal(signal.SIGTERM)
        tail.wait(timeout=20)


# ---- Integrity ------------------------------------------------------------------------------

def marked(number):
    """An event of a known length."""
    return {"event_type": "custom", "timestamp": "2026-01-01T00:00:00Z",
            "subject": {"kind": "mark", "id": f"mark{number:04}"}}


def entry(data, number):
    """Where an entry's bytes are in a file of the log."""
    at = data.find(f"mark{number:04}".encode())
    return data.rfind(b'{"v":1,"store"', 0, at), at


def copied(world, name):
    """The same record at another place."""
    twin = World.__new__(World)
    twin.__dict__.update(world.__dict__)
    twin.root = world.root.with_name(f"{world.root.name}-{name}")
    shutil.copytree(world.root, twin.root)
    twin.project, twin.log, twin.keys, twin.feeds = (
        twin.root / part for part in ["shop", "audit", "keys", "feeds"])
    if world.server:
        twin.database = f"{world.database}_{name}"
        twin.url = world.server.database(twin.database, world.database)
    else:
        twin.url = f"sqlite:{twin.root / 'store.db'}"
    return twin


def integrity(world):
    check = world.bench.check
    world.record([marked(n) for n in range(10)])
    world.sound("integrity")
    base = world.events()
    index = {e["subject"]["id"]: e["index"] for e in base}

    def journal(twin):
        return next(f for f in sorted(twin.log.rglob("*")) if f.is_file() and b"mark0004" in f.read_bytes())

    def edit(twin):
        file = journal(twin)
        data = file.read_bytes()
        file.write_bytes(data.replace(b"mark0004", b"mark9999"))
        return index["mark0004"]

    def swap(twin):
        file = journal(twin)
        data = bytearray(file.read_bytes())
        starts = [entry(data, n)[0] for n in (3, 4, 5)]
        one, two = data[starts[0]:starts[1] - 2], data[starts[1]:starts[2] - 2]
        if len(one) != len(two):
            raise RuntimeError("the entries are not equally long")
        data[starts[0]:starts[0] + len(two)], data[starts[1]:starts[1] + len(one)] = two, one
        file.write_bytes(data)
        return index["mark0003"]

    def remove(twin):
        file = journal(twin)
        data = file.read_bytes()
        first, second = entry(data, 4)[0] - 2, entry(data, 5)[0] - 2
        file.write_bytes(data[:first] + data[second:])
        return index["mark0004"]

    def cut(twin):
        file = journal(twin)
        data = file.read_bytes()
        file.write_bytes(data[:entry(data, 6)[0] - 2])
        return None

    for what, damage in {"an edited record": edit, "two records that changed places": swap,
                         "a removed record": remove, "a truncated file": cut}.items():
        twin = copied(world, damage.__name__)
        bad = damage(twin)
        done = twin.run("audit", "verify", "-f", "json")
        try:
            first = (json.loads(done.stdout).get("first_bad") or {}).get("index")
        except ValueError:  # so damaged that it cannot be opened
            named = re.search(r"at record (\d+)", done.stderr)
            first = int(named.group(1)) if named else None
        check(f"{what} is detected", done.returncode == 1, done)
        if bad is not None:
            check(f"{what} is named", first == bad, (first, bad, done.stdout[-1200:], done.stderr))
    twin = copied(world, "feed")
    file = twin.feeds / "audit.log"
    file.write_text(file.read_text().replace("mark0002", "mark8888"))
    done = twin.run("audit", "verify")
    check("an edited audit.log is detected", done.returncode == 1, done)
    twin = copied(world, "gone")
    shutil.rmtree(twin.log)
    done = twin.run("audit", "verify")
    check("a log that is gone is detected", done.returncode == 1, done)
    # Rewound database.
    rewound = copied(world, "rewound")
    world.record([marked(n) for n in range(20, 25)])
    shutil.rmtree(rewound.log)
    shutil.copytree(world.log, rewound.log)
    done = rewound.run("audit", "verify")
    check("a rewound database is detected", done.returncode == 1, done)
    done = rewound.run("task", "create", "on a rewound database")
    check("and takes no more events as if nothing were", done.returncode != 0, done)
    # A log that was written anew with its own key.
    old = copied(world, "anew")
    world.record([marked(n) for n in range(30, 33)])
    checkpoint = world.root / "checkpoint.kept"
    world.run("audit", "checkpoint", "-o", checkpoint)
    old.record([marked(n) for n in range(40, 60)])
    check("a log written anew verifies by itself", old.code("audit", "verify") == 0)
    done = old.run("audit", "verify", "--checkpoint", checkpoint)
    check("a kept checkpoint detects it", done.returncode == 1, done)
    world.record([marked(70)])
    done = world.run("audit", "verify", "--checkpoint", checkpoint)
    check("and accepts the log that continues it", done.returncode == 0, done)
    proofs(world, base[4]["id"])


def proofs(world, identity):
    check = world.bench.check
    proof, key = world.root / "proof", world.root / "key"
    world.run("audit", "prove", identity, "-o", proof)
    key.write_text(world.run("audit", "key").stdout)
    elsewhere = {"RUNWARD_STORE": "sqlite:/nonexistent/x", "RUNWARD_AUDIT__DIR": "/nonexistent/y"}
    done = world.run("audit", "check-proof", proof, "--key", key, **elsewhere)
    check("a proof is checked without the log", done.returncode == 0
          and json.loads(done.stdout)["record"]["id"] == identity, done)

    def python(file):
        return subprocess.run([sys.executable, str(TOOLS / "verify-proof.py"), str(file), str(key)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")

    done = python(proof)
    check("verify-proof.py accepts it", done.returncode == 0 and "OK" in done.stdout, done)
    check("a proof is small", proof.stat().st_size < 4096, proof.stat().st_size)
    lines = proof.read_text().split("\n")
    for at in range(len(lines)):
        if len(lines[at]) < 8:
            continue
        changed = list(lines)
        middle = len(changed[at]) // 2
        other = "A" if changed[at][middle] != "A" else "B"
        changed[at] = changed[at][:middle] + other + changed[at][middle + 1:]
        bad = world.root / "proof.bad"
        bad.write_text("\n".join(changed))
        ours, theirs = world.code("audit", "check-proof", bad, "--key", key), python(bad).returncode
        check(f"a proof with line {at + 1} changed is refused by both", ours in (1, 2) and theirs == 1,
              (ours, theirs, changed[at]))


def pruning(world):
    check = world.bench.check
    world.record([marked(n) for n in range(700)])
    world.create("after")
    checkpoint, proof = world.root / "before.checkpoint", world.root / "before.proof"
    world.run("audit", "checkpoint", "-o", checkpoint)
    world.run("audit", "prove", "600", "-o", proof)
    archive = world.root / "archive"
    done = world.run("audit", "prune", "--before", day(1), "--archive", archive)
    check("old events are moved out", done.returncode == 0 and any(archive.rglob("*")), done)
    check("and that is recorded", "audit_pruned" in world.types())
    world.sound("pruned")
    done = world.run("audit", "verify", "--checkpoint", checkpoint)
    check("a checkpoint from before still holds", done.returncode == 0, done)
    key = world.run("audit", "key").stdout.strip()
    check("a proof from before too", world.code("audit", "check-proof", proof, "--key", key) == 0)
    last = world.events()[-1]["index"]
    check("what stayed is provable", world.code("audit", "prove", str(last)) == 0)
    held = b"".join(f.read_bytes() for f in archive.rglob("*") if f.is_file())
    check("the archive has the events", b"mark0000" in held)


# ---- Secrets --------------------------------------------------------------------------------

def everywhere(world):
    """Every byte that the world keeps: files, and the server's tables."""
    for file in world.root.rglob("*"):
        if file.is_file() and file.name not in {"secret.sarif"}:
            yield str(file), file.read_bytes()
    if world.server:
        yield world.url, world.server.dump(world.url)


def holds(world, text):
    return [place for place, data in everywhere(world) if text.encode() in data]


def redaction(world):
    check = world.bench.check
    done = world.record([
        {"event_type": "custom", "details": {"password": SECRET, "author": "ann", "token_count": 7}},
        {"event_type": "custom", "details": {"list": [{"deep": {"api_key": SECRET}}, SECRET + "x"],
                                             "db_dsn": SECRET, "pwd": SECRET, "Cookie": [SECRET]}},
        {"event_type": "custom", "changes": {"config": {"old": {"secret": SECRET},
                                                        "new": {"credential": [SECRET]}}}},
        {"event_type": "custom", "reason": f"the key {AWS_KEY} leaked",
         "details": {"text": f"export AWS={AWS_KEY} now"}},
        {"event_type": "custom", "details": {"url": f"postgres://u:{SECRET}@host/db"}},
        {"event_type": "custom", "details": {"pin": 4711, "password": 123456789012, "secret_flag": True}},
    ])
    check("events with secrets are recorded", done.returncode == 0
          and len(done.stdout.splitlines()) == 6, done)
    # `SECRET + "x"` is a plain list item under a plain name, so it may stay; nothing else may.
    places = [p for p, data in everywhere(world)
              if SECRET.encode() in data.replace((SECRET + "x").encode(), b"")]
    check("a password is nowhere on disk", not places, places)
    check("a number under a secret's name neither", not holds(world, "123456789012"))
    check("nor a key in free text", not holds(world, AWS_KEY), holds(world, AWS_KEY))
    events = world.events("--type", "custom")
    check("author and token_count are kept", events[0]["details"]["author"] == "ann"
          and events[0]["details"]["token_count"] == 7, events[0])
    yes = world.run("audit", "confirm", str(events[0]["index"]), "details.password", text=SECRET + "\n")
    no = world.run("audit", "confirm", str(events[0]["index"]), "details.password", text="other\n")
    check("a redacted value is confirmed, another is not", (yes.returncode, no.returncode) == (0, 1), (yes, no))
    world.write("requirements.txt", "badlib==1.0\n")
    world.scan()
    key = world.finding()[0]["fingerprint"]
    world.run("findings", "triage", key, "--status", "triaged", "--reason", f"see {AWS_KEY}")
    found = holds(world, AWS_KEY)
    check("nor in the audit log after a reason with a key", not [p for p in found if "audit" in p
                                                               or "feeds" in p], found)
    file = world.write("secret.sarif", sarif("CodeQL", [("py/secret", "app.py", 1, f"the key {AWS_KEY} is here")],
                                             ["app.py"]))
    world.run("findings", "import", file)
    last = [e for e in world.events() if e["event_type"] == "vulnerability_detected"][-1]
    check("nor in the event of a finding that quotes it", AWS_KEY not in json.dumps(last), last)
    world.sound("redaction")


# ---- Many at once ---------------------------------------------------------------------------

def concurrency(world):
    check = world.bench.check
    world.write("requirements.txt", "badlib==1.0\n")
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    lines = "".join(json.dumps({"title": f"task {n}"}) + "\n" for n in range(25))
    many = world.write("many.jsonl", lines)
    recorder = [world.start("audit", "record", stdin=subprocess.PIPE, **quiet) for _ in range(2)]
    creators = [world.start("task", "create", "--json", many, "-f", "json", **quiet) for _ in range(4)]
    scanners = [world.start("scan", ".", "-f", "json", **quiet) for _ in range(4)]
    acks = []
    for number, process in enumerate(recorder):
        out, error = process.communicate("".join(json.dumps(marked(number * 1000 + n)) + "\n"
                                                 for n in range(200)), timeout=200)
        if process.returncode:
            print("      recorder:", process.returncode, error[-300:])
        acks += [json.loads(line)["ack"] for line in out.splitlines()]
    made = []
    for process in creators:
        out, error = process.communicate(timeout=200)
        made += [json.loads(line).get("id") for line in out.splitlines()]
        if process.returncode:
            print("      creator:", process.returncode, error[-300:])
    codes = {(p.communicate(timeout=200), p.returncode)[1] for p in scanners}
    check("four scans at once end as one would", codes == {1}, codes)
    check("they leave each finding once", len(world.finding()) == 3, len(world.finding()))
    events = world.events()
    check("400 events of two recorders are acknowledged and there", len(set(acks)) == 400
          and set(acks) <= {e["id"] for e in events}, len(set(acks)))
    check("100 tasks of four processes have their own numbers", len(set(made)) == len(made) == 100, len(set(made)))
    created = [e["subject"]["id"] for e in events if e["event_type"] == "task_created"]
    check("each with its event, once", sorted(created) == sorted(f"T-{str(m).removeprefix('T-')}" for m in made))
    check("indexes have no gap", sorted(e["index"] for e in events) == list(range(len(events))),
          (len(events), events[:1]))
    feed = [json.loads(line)["index"] for line in (world.feeds / "audit.json").read_text().splitlines()]
    check("audit.json has each line once, in order", feed == list(range(len(feed))) and len(feed) >= len(events))
    world.sound("concurrency")


# ---- The store itself -----------------------------------------------------------------------

def old_store(bench):
    """A store of the release before this one: schema 1, no log, no projects."""
    check = bench.check
    world = World(bench, "old")
    world.url = f"sqlite:{world.root / 'store.db'}"
    build_first_schema(world.root / "store.db")
    shutil.copy(world.root / "store.db", world.root / "copy.db")
    world.write("requirements.txt", "badlib==1.0\n")
    done = world.run("store", "migrate")
    check("a store of schema 1 is migrated", done.returncode == 0 and "from schema 1" in done.stderr, done)
    check("that is recorded", "store_migrated" in world.types(), world.types())
    listed = world.finding()
    check("its findings are there with their state", len(listed) == 2
          and {f["status"] for f in listed} == {"open", "accepted"}, listed)
    shown = world.json("findings", "show", "a" * 32, "-f", "json")["transitions"]
    check("and their history", [(t["to"] if "to" in t else t["to_status"], t["who"]) for t in shown]
          == [("open", "scan"), ("accepted", "ann")], shown)
    check("the store is sound", world.code("store", "check") == 0)
    world.sound("migrated")
    again = world.run("store", "migrate")
    check("migrating again does nothing", again.returncode == 0 and "up to date" in again.stderr, again)
    newer = sqlite3.connect(world.root / "copy.db")
    newer.execute("PRAGMA user_version = 99")
    newer.commit()
    newer.close()
    before = (world.root / "copy.db").read_bytes()
    for arguments in [["findings", "list"], ["store", "migrate"], ["task", "create", "x"]]:
        done = world.run("--store", f"sqlite:{world.root / 'copy.db'}", *arguments)
        check(f"a newer schema is refused by {arguments[0]} {arguments[1]}", done.returncode == 2
              and "99" in done.stderr, done)
    check("and not touched", (world.root / "copy.db").read_bytes() == before)
    foreign = sqlite3.connect(world.root / "foreign.db")
    foreign.execute("CREATE TABLE theirs (a)")
    foreign.commit()
    foreign.close()
    done = world.run("--store", f"sqlite:{world.root / 'foreign.db'}", "task", "create", "x")
    check("another program's database is refused", done.returncode not in (0, 1), done)


def build_first_schema(file):
    database = sqlite3.connect(file)
    database.executescript((MIGRATIONS / "0001_initial.sql").read_text())
    database.execute(f"PRAGMA application_id = {0x526e5764}")
    database.execute("PRAGMA user_version = 1")
    at = 1_790_000_000_000_000
    info = json.dumps({"v": 1, "kind": "full", "path": "db", "updated": "2026-09-21T00:00:00Z",
                       "age_hours": 0.1, "stale": False, "max_age_hours": 24, "advisories": 2, "packages": 1,
                       "ecosystems": [], "kev_entries": 0, "epss_entries": 0, "problems": 0})
    coverage = json.dumps({"v": 1, "kinds": ["vulnerable_dependency"], "read": ["requirements.txt"],
                           "whole": True, "not_covered": []})
    database.execute("INSERT INTO scans VALUES (1, ?, ?, 'shop', 'shop', 'findings', ?, ?, 2, 2, 0)",
                     (at, at, info, coverage))
    for number, letter, status in [(1, "a", "accepted"), (2, "b", "open")]:
        finding = {"fingerprint": letter * 32, "kind": "vulnerable_dependency",
                   "rule": f"PYSEC-2030-{number}", "title": "badlib 1.0: x", "severity": "critical",
                   "confidence": "high",
                   "location": {"path": "requirements.txt", "start": {"line": 1, "column": 1},
                                "end": {"line": 2, "column": 1}},
                   "dependency": None, "path_from_root": [], "advisory": None, "assessment": None,
                   "history": None, "suppressed": None}
        database.execute(
            "INSERT INTO findings VALUES (?, ?, 'vulnerable_dependency', ?, ?, 'badlib 1.0: x', 'critical', 5, "
            "'PyPI', 'badlib', '1.0', 'requirements.txt', 1, ?, ?, 1, 1, ?, ?, ?, ?, 'full', ?, 'P1', 7.9, ?, ?)",
            (number, letter * 32, f"PYSEC-2030-{number}", f"\npysec-2030-{number}\n", at, at, status,
             "2099-01-01" if status == "accepted" else None, "later" if status == "accepted" else None,
             "ann" if status == "accepted" else None, at, at + 86_400_000_000,
             json.dumps({"v": 1, "finding": finding})))
        database.execute("INSERT INTO transitions VALUES (?, ?, ?, 'scan', NULL, 'open', 'seen for the first time', 1)",
                         (number, number, at))
    database.execute("INSERT INTO transitions VALUES (3, 1, ?, 'ann', 'open', 'accepted', 'later', NULL)", (at + 1,))
    database.commit()
    database.close()


def exported(world):
    done = world.run("store", "export")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    tables = {"projects", "findings", "transitions", "scans", "tasks", "principals", "tokens", "task_comments"}
    return sorted(json.dumps(r, sort_keys=True) for r in rows if r["table"] in tables)


def backups(bench, server):
    check = bench.check
    for source, target in [(None, server), (server, None), (None, None), (server, server)]:
        if (source or target) and server is None:
            continue
        kind = lambda s: "postgres" if s else "sqlite"  # noqa: E731
        what = f"{kind(source)} to {kind(target)}"
        one = World(bench, f"from{kind(target)}", source)
        one.write("requirements.txt", "badlib==1.0\n")
        one.scan()
        one.run("task", "sync")
        one.create("naïve — ünïcode ☃ \" ' \\ end", "--description", "a\nb\tc")
        one.run("task", "comment", "2", "a remark")
        file = one.root / "backup"
        done = one.run("store", "backup", file)
        check(f"{what}: a backup is written", done.returncode == 0 and file.stat().st_size, done)
        two = World(bench, f"to{kind(source)}", target)
        done = two.run("store", "restore", file, *(["--replace"] if target else []))
        check(f"{what}: and restored", done.returncode == 0, done)
        left, right = exported(one), exported(two)
        check(f"{what}: both export the same {len(left)} rows", left == right and len(left) > 8,
              [pair for pair in zip(left, right) if pair[0] != pair[1]][:1])
        check(f"{what}: the restored store is sound", two.code("store", "check") == 0)
        two.sound(f"{what}, restored")
        found = two.json("task", "search", "naïve", "-f", "json")["tasks"]
        check(f"{what}: what is derived is made again", len(found) == 1, found)
        check(f"{what}: it takes new work", two.create("new")["id"] == 3)
        again = two.run("store", "restore", file)
        check(f"{what}: a store that holds something is not overwritten",
              again.returncode == 2 and "--replace" in again.stderr, again)
        damaged = one.root / "damaged"
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 0x40
        damaged.write_bytes(content)
        three = World(bench, f"damaged{kind(source)}", target)
        done = three.run("store", "restore", damaged, *(["--replace"] if target else []))
        check(f"{what}: a damaged backup is refused", done.returncode != 0, done)
    # In place: the store goes back, the log stays.
    for backend in [None, server] if server else [None]:
        world = World(bench, "inplace", backend)
        world.create("kept")
        file = world.root / "backup"
        world.run("store", "backup", file)
        world.create("lost")
        done = world.run("store", "restore", file, "--replace")
        check("a store goes back to its backup", done.returncode == 0
              and [t["title"] for t in world.tasks()] == ["kept"], done)
        events = world.events()
        check("the log keeps what happened since, and the restoring",
              "lost" in json.dumps(events) and events[-1]["event_type"] == "store_restored", events[-1:])
        world.sound("restored in place")
        world.create("next")
        world.sound("and goes on")


def disks(bench):
    """A full disk and one that cannot be written to."""
    check = bench.check
    place = bench.scratch / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(place)],
                             stderr=subprocess.DEVNULL).returncode == 0
    if not mounted:
        print("skipped: no tmpfs can be mounted here, so full and read-only disks are not tried")
        return
    try:
        world = World(bench, "disks")
        world.url = f"sqlite:{place / 'store.db'}"
        world.log, world.keys, world.feeds = place / "audit", place / "keys", place / "feeds"
        world.create("first")
        filler = place / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as out:
            while True:
                out.write(b"x" * 4096)
        done, made = None, 1
        for number in range(200):
            done = world.run("task", "create", f"task {number}", "--description", "x" * 4000)
            if done.returncode:
                break
            made += 1
        said = done.stderr.lower()
        check("a full disk is told", done.returncode == 5 and ("space" in said or "full" in said)
              and "panic" not in said, (done.returncode, said))
        os.unlink(filler)
        check("with room again, the work goes on", world.code("task", "create", "after") == 0)
        titles = [t["title"] for t in world.tasks("--all", "--limit", "500")]
        check("nothing acknowledged is lost", len(titles) in (made + 1, made + 2), (len(titles), made))
        world.sound("after the full disk")
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        done = world.run("task", "create", "x")
        said = done.stderr.lower()
        check("a read-only disk is told", done.returncode in (2, 5) and "read" in said
              and "panic" not in said, done)
        done = world.run("task", "list")
        check("and what is there is shown, or why not", done.returncode == 0 or "read" in done.stderr.lower(), done)
        done = world.run("audit", "verify")
        check("and verified, or why not", done.returncode == 0 or "read" in done.stderr.lower(), done)
    finally:
        subprocess.run(["umount", str(place)], check=False)


def unreachable(bench):
    world = World(bench, "unreachable")
    world.url = "postgres://nobody:sesame77@127.0.0.1:9/x"
    done = world.run("task", "list")
    bench.check("a server that is not there is told, without its password",
                done.returncode == 5 and "sesame77" not in done.stderr and "127.0.0.1" in done.stderr, done)


@contextlib.contextmanager
def postgres(bench, given):
    if given:
        yield Server(given)
        return
    directory = bench.scratch / "postgres"
    done = subprocess.run([str(TOOLS / "postgres"), "start", str(directory)], stdout=subprocess.PIPE,
                          encoding="utf-8")
    if done.returncode:
        bench.check("tools/postgres starts a server", False, done)
        yield None
        return
    try:
        yield Server(done.stdout.strip().splitlines()[-1])
    finally:
        subprocess.run([str(TOOLS / "postgres"), "stop", str(directory)], check=False)


GROUPS = [life, imports, tasks, access, searches, following, integrity, pruning, redaction, concurrency]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runward", default="target/debug/runward")
    parser.add_argument("--postgres", metavar="URL", help="a server that runs already")
    parser.add_argument("--backend", choices=["sqlite", "postgres"], help="only on this one")
    parser.add_argument("--only", metavar="WORD", default="", help="only groups with this in their name")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o711)  # the server's own user must pass
        bench = Bench(arguments.runward, scratch)
        advisories(bench)
        with contextlib.ExitStack() as stack:
            server = None
            if arguments.backend != "sqlite":
                server = stack.enter_context(postgres(bench, arguments.postgres))
            places = {"sqlite": None, "postgres": server}
            if arguments.backend:
                places = {arguments.backend: places[arguments.backend]}

            def attempt(name, group, *more):
                if arguments.only not in name:
                    return
                started = time.monotonic()
                try:
                    group(*more)
                except Exception as error:  # one group must not hide the others
                    bench.check(f"{name} runs to its end", False, repr(error))
                print(f"      {bench.place} {name}: {time.monotonic() - started:.0f} s", flush=True)

            for place, backend in places.items():
                bench.place = place
                if place == "postgres" and backend is None:
                    continue
                for group in GROUPS:
                    attempt(group.__name__, lambda g=group, b=backend: g(World(bench, g.__name__, b)))
            bench.place = "store"
            attempt("old_store", old_store, bench)
            attempt("backups", backups, bench, server)
            attempt("disks", disks, bench)
            attempt("unreachable", unreachable, bench)
    print(f"{bench.passed} passed, {bench.failed} failed")
    sys.exit(1 if bench.failed else 0)


if __name__ == "__main__":
    main()
