"""End-to-end checks of the real binary against real servers on 127.0.0.1.

    python tools/e2e.py --runward target/debug/runward

Everything runs in a temporary directory; every process that is started is ended by its id. Closes
with `N passed, M failed`.
"""

import argparse
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
DEMO = TOOLS.parent / "demo"


class Bench:
    """Counts, and a clean environment for each command."""

    def __init__(self, binary, scratch):
        self.binary = str(Path(binary).resolve())
        self.scratch = Path(scratch)
        self.passed = self.failed = 0

    def check(self, what, good, detail=""):
        if good:
            self.passed += 1
            print(f"ok    {what}")
        else:
            self.failed += 1
            print(f"FAIL  {what} {detail}")

    def environment(self, database):
        keep = {k: v for k, v in os.environ.items() if not k.startswith("RUNWARD_")}
        return {**keep, "RUNWARD_DATA_DIR": str(database), "HOME": str(self.scratch / "home"),
                "NO_PROXY": "127.0.0.1"}

    def run(self, *arguments, database=None, cwd=None, memory=None, timeout=120, extra=None):
        def cap():
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        environment = self.environment(database or self.scratch / "none")
        environment.update(extra or {})
        return subprocess.run([self.binary, *map(str, arguments)], cwd=cwd, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout,
                              preexec_fn=cap)


# A small database of our own.

def record(number, name, fixed, **more):
    return {"id": f"PYSEC-2030-{number}", "modified": "2030-01-01T00:00:00Z",
            "published": "2030-01-01T00:00:00Z", "aliases": [f"CVE-2030-{number:04}"],
            "summary": f"problem {number} of {name}",
            "affected": [{"package": {"ecosystem": "PyPI", "name": name},
                          "ranges": [{"type": "ECOSYSTEM", "events": [
                              {"introduced": "0"}, {"fixed": fixed}]}]}], **more}


def archive(records):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for entry in records:
            zipped.writestr(f"{entry['id']}.json", json.dumps(entry))
    return buffer.getvalue()


def standard_records(count=400):
    rng = random.Random(5)
    noise = "".join(rng.choice("abcdefghijklmnop ") for _ in range(3000))
    critical = {"severity": [{"type": "CVSS_V3",
                              "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}
    records = [record(1, "badlib", "2.0", **critical)]
    for number in range(2, count):
        text = "".join(rng.sample(noise, len(noise)))
        records.append(record(number, f"other-{number}", "1.0", details=text))
    return records


KEV = {"title": "test", "catalogVersion": "1", "dateReleased": "2030-01-01T00:00:00Z", "count": 1,
       "vulnerabilities": [{"cveID": "CVE-2030-0001", "vendorProject": "x", "product": "badlib",
                            "vulnerabilityName": "x", "dateAdded": "2030-01-01",
                            "shortDescription": "x", "requiredAction": "x",
                            "dueDate": "2030-01-15", "knownRansomwareCampaignUse": "Known"}]}
EPSS = "#model_version:v1,score_date:2030-01-01\ncve,epss,percentile\nCVE-2030-0001,0.9,0.99\n"


class Store:
    """What the server serves, and how it misbehaves."""

    def __init__(self, files):
        self.files = files
        self.cut_once = set()
        self.slow = 0
        self.ranges = []


def serve(store):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            path = self.path.split("?")[0]
            body = store.files.get(path)
            if body is None:
                self.send_response(404)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            start = 0
            asked = self.headers.get("Range")
            if asked:
                store.ranges.append((path, asked))
                start = int(asked.removeprefix("bytes=").split("-")[0])
            part = body[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(part)))
            self.send_header("Content-Type", "text/html" if path.endswith("/")
                             else "application/octet-stream")
            self.send_header("ETag", f'"{len(body)}"')
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
            self.end_headers()
            if self.command == "HEAD":
                return
            if path in store.cut_once:
                store.cut_once.discard(path)
                self.wfile.write(part[:len(part) // 2])
                self.wfile.flush()
                self.close_connection = True
                self.connection.close()
                return
            try:
                for at in range(0, len(part), 65536):
                    self.wfile.write(part[at:at + 65536])
                    if store.slow:
                        time.sleep(store.slow)
            except OSError:
                pass

        do_HEAD = do_GET

        def log_message(self, *arguments):
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


def update_arguments(url):
    return ["db", "update", "--source", f"{url}/osv", "--ecosystem", "PyPI",
            "--kev-source", f"{url}/kev.json", "--epss-source", f"{url}/epss.csv"]


def project(bench, name, files):
    root = bench.scratch / name
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    root.mkdir(parents=True, exist_ok=True)
    return root


def downloads(bench):
    store = Store({"/osv/PyPI/all.zip": archive(standard_records()),
                   "/kev.json": json.dumps(KEV).encode(), "/epss.csv": EPSS.encode()})
    server, url = serve(store)
    database = bench.scratch / "db"
    store.cut_once = {"/osv/PyPI/all.zip"}
    done = bench.run(*update_arguments(url), database=database)
    bench.check("an update survives a cut connection", done.returncode == 0, done.stderr)
    bench.check("and resumes where it was cut", any(p.endswith("all.zip") for p, _ in store.ranges))
    status = bench.run("db", "status", "--format", "json", database=database)
    bench.check("db status is JSON", json.loads(status.stdout)["advisories"] == 399, status.stdout)
    root = project(bench, "bad", {"requirements.txt": "badlib==1.0\n"})
    scan = bench.run("scan", root, "--format", "json", database=database)
    finding = json.loads(scan.stdout)["findings"][0]
    bench.check("a critical finding fails the scan", scan.returncode == 1)
    bench.check("KEV and EPSS are joined", finding["advisory"]["kev"] is not None
                and finding["advisory"]["epss"]["probability"] == 0.9, finding["advisory"])
    bench.check("a known exploited one is due in a day", finding["assessment"]["within_hours"] <= 24)
    # An unreachable or broken source is an error, and the old database stays.
    for what, arguments in {
        "an unreachable source": update_arguments("http://127.0.0.1:9"),
        "a source without the ecosystem": update_arguments(f"{url}/absent"),
    }.items():
        failed = bench.run(*arguments, database=database)
        bench.check(f"{what} fails the update", failed.returncode == 4, failed)
    good = store.files["/osv/PyPI/all.zip"]
    for what, broken in {"a truncated archive": good[:len(good) // 2], "no archive": b"<html>"}.items():
        store.files["/osv/PyPI/all.zip"] = broken
        failed = bench.run(*update_arguments(url), database=database)
        bench.check(f"{what} fails the update", failed.returncode == 4, failed)
    again = bench.run("scan", root, "--format", "json", database=database)
    bench.check("the old database still answers",
                json.loads(again.stdout)["database"]["advisories"] == 399)
    store.files["/osv/PyPI/all.zip"] = good
    # Killed at random times.
    rng = random.Random(3)
    store.slow = 0.004
    whole = True
    for _ in range(15):
        process = subprocess.Popen([bench.binary, *update_arguments(url)],
                                   env=bench.environment(database),
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.0, 0.25))
        process.kill()
        process.wait()
        status = bench.run("db", "status", "--format", "json", database=database)
        whole &= status.returncode == 0 and json.loads(status.stdout)["advisories"] == 399
    bench.check("15 killed updates leave the database whole", whole)
    # Readers during updates.
    store.slow = 0
    writers = [subprocess.Popen([bench.binary, *update_arguments(url)],
                                env=bench.environment(database), stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL) for _ in range(3)]
    readings = [bench.run("scan", root, "--no-store", "--format", "json", database=database)
                for _ in range(10)]
    codes = {process.wait(timeout=60) for process in writers}
    bench.check("readers see a whole database while three writers compete",
                all(r.returncode == 1 for r in readings) and codes <= {0, 4}, codes)
    server.shutdown()
    return database


def exit_codes(bench, database):
    def code(name, files, *arguments):
        root = project(bench, name, files)
        return bench.run("scan", root, *arguments, database=database).returncode

    bench.check("0: clean", code("clean", {"requirements.txt": "goodlib==1.0\n"}) == 0)
    bench.check("1: findings", code("found", {"requirements.txt": "badlib==1.0\n"}) == 1)
    bench.check("2: wrong configuration", code("wrong", {
        "requirements.txt": "a==1\n", "runward.toml": "[polcy]\nfail_on = 1\n"}) == 2)
    bench.check("3: nothing to scan", code("empty", {"readme": "x"}) == 3)
    bench.check("4: a version that is left open", code("open", {"requirements.txt": "a>=1\n"}) == 4)
    missing = bench.run("scan", bench.scratch / "absent", database=database)
    bench.check("2: no such directory", missing.returncode == 2)
    npm = {"package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"x": "1.0.0"}}, "node_modules/x": {"version": "1.0.0"}}})}
    bench.check("4: an ecosystem without advisories", code("npm", npm) == 4)


def history(bench, database):
    root = project(bench, "life", {"requirements.txt": "badlib==1.0\n"})
    first = json.loads(bench.run("scan", root, "-f", "json", database=database).stdout)
    second = bench.run("scan", root, "-f", "json", "--new-only", database=database)
    bench.check("a known finding is not new", second.returncode == 0
                and json.loads(second.stdout)["findings"] == [])
    fingerprint = first["findings"][0]["fingerprint"]
    accepted = bench.run("findings", "accept", fingerprint[:8], "--until", "2099-01-01",
                         "--reason", "x", "--in", root, database=database)
    bench.check("an acceptance beyond policy is refused", accepted.returncode == 2)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86400))
    accepted = bench.run("findings", "accept", fingerprint[:8], "--until", day,
                         "--reason", "no exposure", "--in", root, database=database)
    bench.check("a finding is accepted", accepted.returncode == 0, accepted.stderr)
    after = bench.run("scan", root, "-f", "json", database=database)
    bench.check("and no longer fails the scan, but is counted", after.returncode == 0
                and json.loads(after.stdout)["suppressed"] == 1)
    bench.run("findings", "reopen", fingerprint[:8], "--reason", "exposed after all",
              "--in", root, database=database)
    bench.check("reopened, it fails again",
                bench.run("scan", root, database=database).returncode == 1)
    (root / "requirements.txt").write_text("badlib==2.0\n")
    fixed = json.loads(bench.run("scan", root, "-f", "json", database=database).stdout)
    bench.check("the upgrade closes it", len(fixed["fixed"]) == 1 and not fixed["findings"])
    (root / "requirements.txt").write_text("badlib==1.0\n")
    scans = [subprocess.Popen([bench.binary, "scan", str(root), "-f", "json"],
                              env=bench.environment(database), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) for _ in range(6)]
    codes = {scan.wait(timeout=60) for scan in scans}
    listed = bench.run("findings", "list", "--all", "--format", "json", "--in", root,
                       database=database)
    bench.check("six scans at once leave one record", codes == {1}
                and len(json.loads(listed.stdout)["findings"]) == 1, (codes, listed))


def hostile(bench, database):
    """Each must end in a clear answer: not covered, never clean, never a crash."""
    root = bench.scratch / "hostile"
    root.mkdir()

    def case(name, files, cap=2 << 30, clean=False):
        place = root / name
        place.mkdir()
        for path, content in files.items():
            file = place / path
            file.parent.mkdir(parents=True, exist_ok=True)
            if callable(content):
                content(file)
            else:
                file.write_bytes(content if isinstance(content, bytes) else content.encode())
        started = time.monotonic()
        scan = bench.run("scan", place, "-f", "json", "--no-store", database=database, memory=cap)
        took = time.monotonic() - started
        good = scan.returncode in ({0, 4} if clean else {4}) and took < 60
        bench.check(f"hostile: {name} ends in {scan.returncode} after {took:.1f} s", good,
                    scan.stderr[-400:])

    def gigabyte(file):
        with open(file, "wb") as out:
            out.truncate(1 << 30)

    case("one line of a gigabyte", {"requirements.txt": gigabyte})
    case("a line of 20 MB", {"requirements.txt": "a" * 20_000_000})
    deep = 200_000
    case("deep JSON", {"package-lock.json": "[" * deep + "]" * deep})
    case("deep TOML", {"pyproject.toml": "a = " + "[" * deep + "]" * deep})
    case("deep YAML", {"pnpm-lock.yaml": "a: " + "[" * deep + "]" * deep})
    case("deep XML", {"pom.xml": "<a>" * deep + "</a>" * deep})
    lol = ''.join(f'<!ENTITY l{i} "&l{i-1};&l{i-1};&l{i-1};&l{i-1};&l{i-1};">' for i in range(1, 20))
    case("XML entities", {"pom.xml": (
        f'<!DOCTYPE x [<!ENTITY l0 "x">{lol}]><project><dependencies><dependency>'
        '<groupId>g</groupId><artifactId>a</artifactId><version>&l19;</version>'
        '</dependency></dependencies></project>')})
    anchors = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{i}: &a{i} [{','.join([f'*a{i-1}'] * 9)}]\n" for i in range(1, 12))
    case("YAML aliases", {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n" + anchors})
    case("NUL and invalid UTF-8", {"requirements.txt": b"\0\0\xff\xfe\xfd\n\xc3\x28==\0\n"})
    case("cyclic includes", {"requirements.txt": "-r b.txt\nx>=1\n", "b.txt": "-r requirements.txt\n"})
    case("an include that leaves", {"requirements.txt": "-r ../../../../etc/passwd\n"})

    def loop(file):
        file.symlink_to(file.parent)
    case("a symlink loop", {"loop": loop, "requirements.txt": "a>=1\n"})

    def pipe(file):
        os.mkfifo(file)
    case("a pipe for a file", {"requirements.txt": pipe, "sub/requirements.txt": "a>=1\n"})
    case("deep Python", {"app.py": "x = " + "(" * deep + ")" * deep})
    case("deep JavaScript", {"app.js": "x = " + "[" * deep + "]" * deep})
    case("deep TypeScript", {"app.ts": "type X = " + "A<" * deep + "B" + ">" * deep})
    case("JavaScript of 20 MB on one line", {"app.js": "f(1);" * 4_000_000})
    case("Python of a gigabyte", {"app.py": gigabyte})
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as zipped:
        with zipped.open("PYSEC-1.json", "w", force_zip64=True) as entry:
            for _ in range(2048):
                entry.write(b" " * (1 << 20))
    source = root / "bomb" / "PyPI"
    source.mkdir(parents=True)
    (source / "all.zip").write_bytes(bomb.getvalue())
    update = bench.run("db", "update", "--source", source.parent, database=bench.scratch / "bombed",
                       memory=2 << 30)
    bench.check("hostile: a zip bomb is refused", update.returncode == 4, update)


def offline(bench):
    scan = bench.run("scan", DEMO, "-f", "json", "--no-store")
    report = json.loads(scan.stdout)
    bench.check("the demo is judged from the starter set", scan.returncode == 1
                and report["database"]["kind"] == "starter" and len(report["findings"]) >= 5)
    bench.check("and its code by the built-in rules",
                any(finding["kind"] == "code_issue" for finding in report["findings"]))
    for form in ["text", "json", "sarif", "markdown", "html", "csv", "junit", "gitlab"]:
        scan = bench.run("scan", DEMO, "--format", form, "--no-store")
        said = (scan.stdout + scan.stderr).decode().lower()
        bench.check(f"{form} says that it is the starter set", "starter" in said)


PAGE = '''import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.get("/orders")
def orders():
    name = request.args.get("name")
    query = f"SELECT * FROM orders WHERE name = '{name}'"
    return sqlite3.connect("o.db").execute(query).fetchall()
'''
RULE = """rules:
  - id: no-yaml-load
    languages: [python]
    severity: HIGH
    message: "`yaml.load` makes any object"
    pattern: yaml.load($X)
    fix: yaml.safe_load($X)
"""


def code(bench):
    """Rules on a project's own code, from a finding to its fix."""
    root = project(bench, "shop", {"page.py": PAGE, "load.py": "import yaml\nyaml.load(x)\n",
                                   "rule.yaml": RULE})

    def scan(*arguments):
        done = bench.run("scan", root, "--only", "code", "-f", "json", *arguments)
        return done.returncode, json.loads(done.stdout or b"{}"), done.stderr

    status, report, _ = scan()
    injected = [f for f in report["findings"] if f["rule"] == "sql-injection"]
    bench.check("a built-in rule finds an injection", status == 1 and len(injected) == 1, report)
    steps = [step["kind"] for finding in injected for step in finding["trace"]]
    bench.check("and shows the way from source to sink",
                steps[:1] == ["source"] and steps[-1:] == ["sink"], steps)
    status, again, _ = scan()
    bench.check("the second scan knows it", not any(f["new"] for f in again["findings"]))
    (root / "page.py").write_text("# moved\n\n" + PAGE)
    _, moved, _ = scan()
    identity = {f["fingerprint"] for f in report["findings"]}
    bench.check("lines that move keep a finding's identity",
                {f["fingerprint"] for f in moved["findings"]} == identity)
    (root / "page.py").write_text(PAGE.replace("(query)", "(query)  # runward: ignore[sql-injection] x"))
    _, silenced, _ = scan()
    bench.check("a comment silences, and is counted", silenced["suppressed"] == 1
                and not any(f["rule"] == "sql-injection" for f in silenced["findings"]))
    (root / "page.py").write_text("def broken(:\n    pass\n")
    status, broken, _ = scan()
    bench.check("a syntax error is partly covered, never clean",
                status in {1, 4} and [gap["path"] for gap in broken["not_covered"]] == ["page.py"], broken)
    (root / "page.py").unlink()
    _, fixed, _ = scan()
    bench.check("code that is gone closes its findings",
                "sql-injection" in {f["rule"] for f in fixed["fixed"]})
    status, own, _ = scan("--rules", root / "rule.yaml", "--no-store")
    bench.check("a rule of one's own", status == 1
                and [f["rule"] for f in own["findings"]] == ["no-yaml-load"])
    written = bench.run("fix", "--code", "--rules", root / "rule.yaml", root)
    bench.check("its fix is written", written.returncode == 0
                and "yaml.safe_load(x)" in (root / "load.py").read_text(), written)
    (root / "rule.yaml").write_text(RULE.replace("pattern:", "patern:"))
    status, _, said = scan("--rules", root / "rule.yaml")
    bench.check("a wrong rule is an error with its place", status == 2 and b"rule.yaml:" in said, said)


def documents(bench):
    out = bench.scratch / "documents"
    names = {"sarif": "r.sarif", "junit": "r.junit.xml", "gitlab": "r.gitlab.json",
             "csv": "r.csv", "html": "r.html", "cyclonedx": "r.cdx.json", "spdx": "r.spdx.json",
             "openvex": "r.openvex.json"}
    arguments = []
    for form, name in names.items():
        arguments += ["--format", form, "--output", out / name]
    scan = bench.run("scan", DEMO, "--no-store", *arguments)
    bench.check("eight formats in one scan", scan.returncode == 1
                and all((out / name).is_file() for name in names.values()), scan.stderr)
    sast = bench.run("scan", DEMO, "--only", "code", "--no-store", "--format", "gitlab",
                     "--output", out / "gl-sast-report.json")
    bench.check("a SAST report of the demo's code", sast.returncode == 1, sast.stderr)
    names["sast"] = "gl-sast-report.json"
    for script, forms in {"validate-reports.py": ["sarif", "junit", "gitlab", "csv", "html", "sast"],
                          "validate-sbom.py": ["cyclonedx", "spdx", "openvex"]}.items():
        checked = subprocess.run([sys.executable, str(TOOLS / script),
                                  *[str(out / names[form]) for form in forms]],
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        bench.check(f"{script} accepts them", checked.returncode == 0, checked.stdout.decode())


def resolving(bench, database):
    """`--resolve` against an index on 127.0.0.1."""
    uv = Path(sys.executable).with_name("uv")
    if not uv.exists():
        print("skipped: uv is not installed beside this Python")
        return
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as zipped:
        info = "badlib-1.5.dist-info"
        zipped.writestr("badlib.py", "")
        zipped.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: badlib\nVersion: 1.5\n")
        zipped.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        zipped.writestr(f"{info}/RECORD", "")
    name = "badlib-1.5-py3-none-any.whl"
    index = f'<html><body><a href="/files/{name}">{name}</a></body></html>'
    server, url = serve(Store({"/simple/badlib/": index.encode(), f"/files/{name}": wheel.getvalue()}))
    root = project(bench, "open-range", {"requirements.txt": "# ours\nbadlib>=1,<2\n"})
    extra = {"UV_INDEX_URL": f"{url}/simple/", "UV_CACHE_DIR": str(bench.scratch / "uv"),
             "UV_PYTHON": sys.executable, "PATH": f"{uv.parent}:{os.environ['PATH']}"}
    scan = bench.run("scan", root, "-f", "json", "--resolve", "--no-store", database=database, extra=extra)
    report = json.loads(scan.stdout or b"{}")
    versions = [f["package"]["version"] for f in report.get("findings", [])]
    bench.check("--resolve judges the version that uv chooses", versions == ["1.5"],
                (scan.returncode, scan.stderr[-500:], report.get("not_covered")))
    if report.get("findings"):
        line = report["findings"][0]["location"]["start"]["line"]
        bench.check("and names the line of the requirement", line == 2, line)
    server.shutdown()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runward", default="target/debug/runward")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(arguments.runward, scratch)
        database = downloads(bench)
        exit_codes(bench, database)
        history(bench, database)
        hostile(bench, database)
        offline(bench)
        code(bench)
        documents(bench)
        resolving(bench, database)
    print(f"{bench.passed} passed, {bench.failed} failed")
    sys.exit(1 if bench.failed else 0)


if __name__ == "__main__":
    main()
