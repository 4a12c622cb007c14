#!/usr/bin/env python3
"""Sends attack strings and honest text through every input of the command line.

    tools/check-attacks.py --runward target/release/runward [--backend postgres] [--quick]

The strings are those of tools/attack_texts.py, the inputs that take one of them at a time those of
tools/attack_inputs.py. What must hold:

- nothing is executed: canary files, tables and rows are as they were;
- nothing is lost: every string is stored as it was sent, or refused; a task's refusal is recorded;
- nothing is forged: audit.json has exactly the records that were written, each line is one JSON
  object with its index, audit.log has as many lines; no export has a line, a cell or a formula that
  an attacker chose; no terminal escape reaches an output;
- nobody comes in: a text in place of a token, an id or a role gives no right;
- honest text comes back byte for byte (in Unicode's composed form, NFC).

Inputs that take many texts at once (tasks and events as JSON lines, imports) get all attacks and
350 honest texts; each of the others gets `--sample` attacks, one process each, two processes at a
time. `--quick` (for CI): some hundred, and ten for each of the others, of every category. Exit
code 0: all of it holds.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import csv
import glob
import io
import json
import os
import pathlib
import posixpath
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unicodedata

from attack_inputs import ACCESS, READS, WRITES
from attack_texts import CANARY, attacks, honest


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
        told = done.stdout.decode(errors="replace")[:2000]
        require(done.returncode in codes, f"{words}: exit code {done.returncode}\n{told}{noise}")
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


def composed(text):
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n"))


def same(text, back):
    return composed(text) == back


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
        answered = [answer["line"] for answer in answers]
        require(answered == list(range(1, len(texts) + 1)), f"{name}: answers are missing")
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
    # `reported` is the program's own mark of an event that it was told.
    "details key": (
        lambda text: {"details": {text: 1}},
        lambda event: next(key for key in event["details"] if key != "reported"),
    ),
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
    """Findings of another tool, as JSON lines: what is listed afterwards is what was sent."""
    for name in ["title", "rule", "path", "snippet", "tool", "severity"]:
        lines = []
        for number, text in enumerate(texts):
            finding = {"rule": f"r{number}", "title": f"t{number}", "path": f"f{number}.py", "line": 1}
            lines.append(json.dumps(finding | {"severity": "low", name: text}))
        (program.directory / "found.jsonl").write_text("\n".join(lines) + "\n")
        project = f"{name}-import"
        words = ["--set", f"project.name={project}", "findings", "import", "--format", "jsonl"]
        done = program.run(*words, str(program.directory / "found.jsonl"), codes=(0, 1, 2, 4))
        clean(f"findings import: {name}", done)
        words = ["findings", "list", "--all", "--limit", "9999", "--project", project]
        clean(f"findings list after import of {name}", program.run(*words, codes=(0, 1, 2, 3)))
        listed = json.loads(program.run(*words, "--format", "json").stdout)["findings"]
        counts[f"findings import: {name}"] = (len(listed), len(texts) - len(listed))
        refused = done.stderr.count(b"cannot be used:")
        # Of very many, the rest is a number.
        refused += sum(map(int, re.findall(rb"(\d+) more entries like those before", done.stderr)))
        require(
            len(listed) + refused == len(texts),
            f"import: of {len(texts)} findings with {name} {len(listed)} are listed and {refused} refused",
        )
        if name not in ("title", "rule", "path"):
            continue
        # Another of the finding's fields tells which line it comes from.
        key = "rule" if name == "title" else "title"
        sent = {f"{key[0]}{number}": text for number, text in enumerate(texts)}
        for finding in listed:
            text = sent.pop(finding[key])
            # Each of these is one line, in which a tab is a space; paths are written in one way.
            text_kept = posixpath.normpath(text.replace("\\", "/")) if name == "path" else text.replace("\t", " ")
            kept = same(text_kept, finding[name])
            require(kept or text not in benign, f"import: {name} {text!r} came back as {finding[name]!r}")
        # A path has rules of its own; no rule's name holds a tab.
        lost = [text for text in sent.values() if text in benign and "\t" not in text and name != "path"]
        require(not lost, f"import: {len(lost)} honest texts are refused as {name}: {lost[:3]}")


def clean(name, done):
    """Nothing of an output may drive a terminal, or begin a line of its own."""
    for output in (done.stdout, done.stderr):
        text = output.decode(errors="replace")
        bad = [
            character
            for character in set(text)
            if (unicodedata.category(character) in ("Cc", "Zl", "Zp") and character not in "\n\t")
            or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        ]
        require(not bad, f"{name}: {set(bad)} reaches the terminal: {text[:300]!r}")


VIOLATIONS = []


def each_alone(program, name, words, texts, variables=None):
    """One process for each text. Their exit codes, in the order of the texts."""

    def alone(numbered):
        number, text = numbered
        filled = [word.replace("{n}", str(number)).replace("{}", text) for word in words]
        try:
            done = program.run(*filled, codes=(0, 1, 2, 3, 4, 6), variables=variables)
            clean(f"{name}: {text!r}", done)
        except Failure as failure:
            # The other texts may show more.
            VIOLATIONS.append(f"{name}: {failure}")
            return "violation"
        return done.returncode

    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(alone, enumerate(texts)))
    said = {f"exit code {code}": number for code, number in sorted(collections.Counter(codes).items(), key=str)}
    print(f"{name}: {said}, {time.monotonic() - started:.0f} s", flush=True)
    return codes, said


def chosen(inputs, only):
    """The inputs whose names match."""
    return {name: inputs[name] for name in inputs if not only or re.search(only, name)}


def reading(program, texts, counts, only):
    """Nothing that is asked changes anything."""
    for name, words in chosen(READS, only).items():
        start = program.size()
        _, counts[name] = each_alone(program, name, words, texts)
        strange = {record["event_type"] for record in program.records(start)} - {"task_validation_failure"}
        require(not strange, f"{name}: events that nobody caused: {strange}")


def writing(program, texts, counts, only):
    """What is accepted stands in the log, what is refused does not."""
    for name, (words, kind, get) in chosen(WRITES, only).items():
        start = program.size()
        codes, counts[name] = each_alone(program, name, words, texts)
        records = program.records(start)
        made = [record for record in records if record["event_type"] == kind]
        taken = [text for text, code in zip(texts, codes, strict=True) if code == 0]
        strange = {record["event_type"] for record in records} - {kind, "task_validation_failure"}
        require(not strange, f"{name}: events that nobody caused: {strange}")
        require(len(made) == len(taken), f"{name}: {len(taken)} were accepted, {len(made)} events are there")
        if name.startswith("task"):
            refusals = sum(record["event_type"] == "task_validation_failure" and record["result"] == "failure"
                           for record in records)
            require(refusals == codes.count(2), f"{name}: {codes.count(2)} refusals, {refusals} events of them")
        if get:
            sent = collections.Counter(map(composed, taken))
            kept = collections.Counter(composed(get(record)) for record in made)
            # A secret inside of a text is cut out of the log.
            other = [text for text in (kept - sent).elements() if "[redacted:" not in text]
            require(not other, f"{name}: {len(other)} texts that nobody sent, for example {other[:2]}")
        if name == "task comment":
            shown = json.loads(program.run("task", "show", "--format=json", "T-1").stdout)
            kept = [comment["body"] for comment in shown["comments"]]
            require(sorted(kept) == sorted(map(composed, taken)), f"{name}: not the comments that were accepted")


def asking_for_rights(program, texts, counts, token, only):
    """Whoever is there afterwards was added, under the name that was sent, and may do nothing."""
    admin = {"RUNWARD_TOKEN": token}
    expected, prefixes, joined = {"boss": "boss"}, {"access add --email": "e", "access add --name": "n"}, set()
    for name, words in chosen(ACCESS, only).items():
        codes, counts[name] = each_alone(program, name, words, texts, admin)
        if name == "access join repository":
            joined = {composed(text) for text, code in zip(texts, codes, strict=True) if code == 0}
        if name.startswith("access add"):
            for number, (text, code) in enumerate(zip(texts, codes, strict=True)):
                who = f"{prefixes[name]}{number}" if name in prefixes else text
                if code == 0:
                    expected[who] = composed(text).strip() if name == "access add --name" else who
    people = json.loads(program.run("access", "list", "--format=json", variables=admin).stdout)["principals"]
    found = {person["id"]: person["name"] for person in people}
    wrong = set(found.items()) ^ set(expected.items())
    require(not wrong, f"people who are not as they were added: {sorted(wrong)[:4]}")
    for person in people:
        rights = (person["roles"], set(person["memberships"]))
        given = (["admin"], joined) if person["id"] == "boss" else ([], set())
        require(rights == given, f"rights that nobody gave: {person}")


def honest_one_by_one(program, texts, counts):
    """Honest text through the command line comes back byte for byte."""

    def there_and_back(text):
        words = ["task", "create", "--repository=r", f"--description={text}", "--format=json", "--"]
        made = json.loads(program.run(*words, text.replace("\t", " ")).stdout)["task"]
        require(same(text, made["description"]), f"description: {text!r} came back as {made['description']!r}")
        program.run("task", "comment", "--", f"T-{made['id']}", text)
        shown = json.loads(program.run("task", "show", "--format=json", f"T-{made['id']}").stdout)
        require(same(text, shown["comments"][0]["body"]), f"comment: {text!r} came back as {shown['comments']}")
        require(same(text, shown["task"]["description"]), f"task show: {text!r} came back changed")
        require(same(text.replace("\t", " "), shown["task"]["title"]), f"the title {text!r} came back changed")

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        counts["honest text by arguments"] = sum(1 for _ in pool.map(there_and_back, texts))


def without_rights(program, texts, counts):
    """Nothing that is sent in place of a token lets anybody in."""

    def try_it(text):
        done = program.run("task", "list", codes=(2, 6), variables={"RUNWARD_TOKEN": text})
        require(not done.stdout, f"the token {text!r} lets somebody in")
        clean(f"token {text!r}", done)
        return done.returncode

    before = program.size()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        codes = collections.Counter(pool.map(try_it, texts))
    kinds = collections.Counter(record["event_type"] for record in program.records(before))
    counts["token"] = {f"exit code {code}": number for code, number in codes.items()} | dict(kinds)
    require(set(kinds) <= {"login_failed"}, f"texts in place of a token made the events {kinds}")
    require(kinds["login_failed"] <= len(texts), f"{kinds['login_failed']} refusals were recorded of {len(texts)}")


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


def choose(categories, benign, arguments, rng):
    """The texts for inputs that take many at once, and those for inputs that take one."""
    hostile = list(categories)
    # No argument of a program can hold the character 0.
    possible = [text for text in hostile if "\0" not in text]
    if arguments.quick:
        texts = rng.sample(hostile, 250) + rng.sample(benign, 50)
        # What turns text around, what drives a terminal, and one of each category.
        single = ["ad\u202emin", "ad\x1bmin"]
        for category in sorted(set(categories.values())):
            single.append(rng.choice([text for text in possible if categories[text] == category]))
        require(set(single) <= set(possible), "a chosen text is none of the attacks")
    else:
        texts = hostile + rng.sample(benign, 350)
        single = rng.sample(possible, arguments.sample)
    rng.shuffle(texts)
    return texts, single


def check(program, categories, benign, arguments, rng, counts):
    plant(program)
    schema = program.database.schema()
    texts, single = choose(categories, benign, arguments, rng)
    started = time.monotonic()
    only = arguments.only
    # The others work on the tasks that this makes.
    many = texts[:200] if only else texts
    for step in (tasks_as_lines, events_as_lines, imports):
        step(program, many, set(benign), counts)
        print(f"{step.__name__}: {len(many)} texts for each field, {time.monotonic() - started:.0f} s", flush=True)
    check_canaries(program, schema)
    check_exports(program)
    honest_one_by_one(program, benign[: 10 if arguments.quick or only else 300], counts)
    reading(program, single, counts, only)
    writing(program, single, counts, only)
    # From here on, a token is asked for.
    token = program.run("access", "init", "boss").stdout.decode().strip()
    asking_for_rights(program, single, counts, token, only)
    admin = {"RUNWARD_TOKEN": token}
    # Exports are for auditors.
    program.run("access", "grant", "boss", "auditor", variables=admin)
    if not only or re.search(only, "token"):
        without_rights(program, single, counts)
    program.environment |= admin
    check_exports(program)
    program.records()
    program.run("audit", "verify")
    check_canaries(program, schema)
    # A table that is not Runward's is a problem of the store.
    program.database.execute(f"DROP TABLE {CANARY}")
    program.run("store", "check")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runward", required=True)
    parser.add_argument("--backend", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2200, help="at least so many attacks")
    parser.add_argument("--sample", type=int, default=2000, help="attacks for inputs that take one at a time")
    parser.add_argument("--quick", action="store_true", help="a sample for each input, for CI")
    parser.add_argument("--keep", help="work in this directory and leave it")
    parser.add_argument("--only", help="of the inputs that take one at a time, those whose name has this expression")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    directory = pathlib.Path(arguments.keep or tempfile.mkdtemp(prefix="runward-attacks-")).resolve()
    directory.mkdir(parents=True, exist_ok=True)
    hostile = attacks(arguments.count, directory, rng)
    benign = honest(rng)
    require(len(hostile) >= 2000 and len(benign) >= 300, f"{len(hostile)} attacks, {len(benign)} honest texts")
    by_category = collections.Counter(category for _, category in hostile)
    print(f"{len(hostile)} attacks {dict(by_category)}, {len(benign)} honest texts", flush=True)
    # Whoever ends this ends the server that it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    started = time.monotonic()
    counts = {}
    database = None
    try:
        database = (Postgres if arguments.backend == "postgres" else Sqlite)(directory)
        program = Program(str(pathlib.Path(arguments.runward).resolve()), directory, database)
        check(program, dict(hostile), benign, arguments, rng, counts)
    except Failure as failure:
        for violation in VIOLATIONS[:20]:
            print(violation, file=sys.stderr)
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
