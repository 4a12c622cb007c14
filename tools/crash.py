#!/usr/bin/env python3
"""Kills the writer at random moments and lets file operations fail; nothing acknowledged may be
lost, nothing may be there twice.

    tools/crash.py --runward target/release/runward --backend sqlite --kills 1000 --seed 1
    tools/crash.py --runward target/release/runward --backend postgres --kills 1000 --seed 1
    tools/crash.py --runward target/release/runward --backend sqlite --faults
    tools/crash.py --append target/release/examples/append --kills 1000 --seed 1

A writer gets numbered events on its standard input and answers each with one line once it is
durable. A ledger outside of it notes what was sent and what was acknowledged. Then the writer is
killed with SIGKILL: while it starts, recovers, writes, publishes or ends. Beside it, a second
writer, and processes that create tasks, change them or publish tiles, are killed too; with PostgreSQL, the
server itself is sometimes stopped without a shutdown. Every few kills `runward audit verify` must
find nothing; at the end, and every now and then:

- every acknowledged event is in the log exactly once, at the index of its acknowledgement;
- an event that was sent and not acknowledged is there once or not at all; nothing else is there;
- the events of one database have sequence numbers without gap, in the order of the log;
- each task in the database has its `task_created` event in the log, and each such event its task;
  status and priority of each task are those that its events lead to;
- audit.json has every record once, in order;
- the log satisfies `tools/foreign-verify` (at the end, where Go and its packages are installed).

The log is read here from its files, without the program under test.

`--faults` instead makes the N-th file operation fail, for N = 1, 2, … until a run no longer
reaches it, in each of these ways: EIO once, ENOSPC from then on, a short write, a kill just before
the operation, a kill just after, EIO of a read, a power cut (a kill that undoes what was written
and not synced). The run is a writer of events, or (`--first-start`)
the very first start in an empty directory. Afterwards, without the fault, all of the above must
hold again. `faults/shim.c` does that; it is built with `cc`. The files are those of the log, the
feeds, the keys and the SQLite database; PostgreSQL's own are its server's business.

In CI, bounded:

    tools/crash.py --runward BIN --kills 60
    tools/crash.py --runward BIN --faults --step 7

Exit code 0: all of it holds. The seed makes the moments of the kills repeatable, as far as the
machine's scheduler lets it.
"""

import argparse
import collections
import contextlib
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ENTRIES_PER_TILE = 256


class Failure(Exception):
    """An invariant does not hold."""


def require(condition, message):
    if not condition:
        raise Failure(message)


# The log on disk, read without the program under test (C2SP tlog-tiles).


def tile_path(index):
    parts = [f"{index % 1000:03}"]
    index //= 1000
    while index:
        parts.insert(0, f"x{index % 1000:03}")
        index //= 1000
    return "/".join(parts)


def read_entries(directory, size, start=0):
    """The records `start..size` of the log's entry bundles."""
    index = start - start % ENTRIES_PER_TILE
    while index < size:
        width = min(ENTRIES_PER_TILE, size - index)
        path = directory / "tile/entries" / tile_path(index // ENTRIES_PER_TILE)
        full = path.exists()
        if not full:
            path = path.with_name(path.name + ".p") / str(width)
        data = path.read_bytes()
        at, count = 0, 0
        while at < len(data) and count < width:
            length = int.from_bytes(data[at : at + 2], "big")
            record = data[at + 2 : at + 2 + length]
            require(len(record) == length, f"{path}: record {count} is cut")
            if index + count >= start:
                yield index + count, record
            at += 2 + length
            count += 1
        require(count == width, f"{path}: {count} records where {width} belong")
        index += width


def checkpoint_size(directory):
    return int((directory / "checkpoint").read_text().split("\n")[1])


def read_journal(directory):
    """The acknowledged records that are not in tiles yet, with their indexes."""
    for path in sorted((directory / "journal").iterdir()):
        data, at = path.read_bytes(), 0
        while len(data) - at >= 28:
            require(data[at : at + 4] == b"RTJ1", f"{path}: no frame at byte {at}")
            length = int.from_bytes(data[at + 4 : at + 8], "big")
            first = int.from_bytes(data[at + 8 : at + 16], "big")
            count = int.from_bytes(data[at + 16 : at + 20], "big")
            if at + length > len(data):
                break  # A write that did not finish, so was not acknowledged.
            place = at + 28
            for index in range(first, first + count):
                size = int.from_bytes(data[place : place + 2], "big")
                yield index, data[place + 2 : place + 2 + size]
                place += 2 + size
            at += length


def read_log(directory):
    """Every record: those in tiles, then those in the journal."""
    size = checkpoint_size(directory)
    yield from read_entries(directory, size)
    for index, record in read_journal(directory):
        # Integration removes a journal file after its records are in tiles.
        if index >= size:
            require(index == size, f"the journal goes on with record {index} where {size} belongs")
            size += 1
            yield index, record


# What is known from outside.


class Ledger:
    """What was sent, and what was acknowledged."""

    def __init__(self):
        self.sent = set()
        self.acked = {}
        self.tasks_sent = set()
        self.tasks_acked = {}
        self.changes = 0
        self.unheard = 0
        self.next = 0
        self.lock = threading.Lock()

    def new(self):
        with self.lock:
            name = f"e{self.next}"
            self.next += 1
            self.sent.add(name)
            return name

    def new_task(self):
        with self.lock:
            name = f"t{len(self.tasks_sent)}"
            self.tasks_sent.add(name)
            return name

    def acknowledge(self, name, index):
        require(name in self.sent, f"an acknowledgement of `{name}`, which was never sent")
        require(name not in self.acked, f"`{name}` was acknowledged twice")
        self.acked[name] = index


def check_events(ledger, found):
    """`found`: index and name of each event in the log, in order."""
    places = collections.defaultdict(list)
    for index, name in found:
        places[name].append(index)
    twice = [name for name, at in places.items() if len(at) > 1]
    require(not twice, f"{len(twice)} events are there twice, for example {twice[:3]}")
    unknown = [name for name in places if name not in ledger.sent]
    require(not unknown, f"{len(unknown)} events were never sent, for example {unknown[:3]}")
    lost = [name for name in ledger.acked if name not in places]
    require(not lost, f"{len(lost)} acknowledged events are lost, for example {lost[:3]}")
    ledger.unheard = len(places) - len(ledger.acked)
    moved = [name for name, index in ledger.acked.items() if places[name] != [index]]
    require(not moved, f"{len(moved)} events are not where they were acknowledged: {moved[:3]}")


# The programs under test.


class Append:
    """The log alone: `cargo build --release -p runward-tlog --example append`."""

    def __init__(self, binary, directory, _backend):
        self.binary = binary
        self.directory = directory / "log"
        self.fault_dirs = [self.directory]
        self.has_tasks = False
        self.environment = {}
        # This writer names a record by its hash.
        self.names = {}

    def writer(self):
        return [self.binary, str(self.directory), "4", "1000"]

    def line(self, name):
        self.names[hashlib.sha256(b"\0" + name.encode()).hexdigest()] = name
        return name

    def ack(self, line, _sent):
        """The event's name and index, of a line of the writer's output."""
        words = line.split()
        require(len(words) == 3 and words[0] == "ack", f"a strange acknowledgement: {line!r}")
        return self.names.get(words[2]), int(words[1])

    def settle(self):
        run = subprocess.run(self.writer(), input=b"", capture_output=True)
        require(run.returncode == 0, f"it does not open again: {run.stderr.decode()}")

    def check(self, ledger, _full):
        self.settle()
        found = [(index, record.decode()) for index, record in read_log(self.directory)]
        check_events(ledger, found)
        return len(found)

    def restart_server(self):
        pass

    def foreign(self):
        pass

    def close(self):
        pass


class Runward:
    """The whole program, through its command line."""

    def __init__(self, binary, directory, backend, server=None):
        self.binary = binary
        self.directory = directory
        self.log = directory / "audit"
        self.feeds = directory / "feeds"
        self.has_tasks = True
        self.fault_dirs = [directory / name for name in ("store", "audit", "audit.keys", "feeds")]
        for name in ("store", "home"):
            (directory / name).mkdir(parents=True, exist_ok=True)
        self.server = server
        if backend == "postgres":
            self.url = self.postgres("start").strip()
        else:
            self.url = f"sqlite:{directory / 'store' / 'runward.db'}"
        self.environment = {
            "HOME": str(directory / "home"),
            "XDG_DATA_HOME": str(directory / "home"),
            "XDG_CONFIG_HOME": str(directory / "home"),
            "RUNWARD_STORE": self.url,
            "RUNWARD_AUDIT__DIR": str(self.log),
            "RUNWARD_AUDIT__FILES_DIR": str(self.feeds),
        }

    def prepare(self):
        self.run("store", "migrate")

    def postgres(self, command):
        tool = HERE / "postgres"
        done = subprocess.run([tool, command, self.server], capture_output=True, text=True)
        require(done.returncode == 0, f"tools/postgres {command}: {done.stderr}")
        return done.stdout

    def command(self, *words):
        return [self.binary, *words]

    def run(self, *words, codes=(0,), **more):
        environment = os.environ | self.environment
        done = subprocess.run(
            self.command(*words), capture_output=True, env=environment, cwd=self.directory, **more
        )
        require(
            done.returncode in codes,
            f"`runward {' '.join(words)}` ended with {done.returncode}: {done.stderr.decode()}",
        )
        return done.stdout

    def writer(self):
        return self.command("audit", "record")

    def line(self, name):
        # Half of them of the size that the speed is stated for.
        filler = "x" * (400 if int(name[1:]) % 2 else 0)
        return json.dumps(
            {
                "event_type": "custom",
                "subject": {"kind": "other", "id": name},
                "details": {"n": name, "filler": filler},
            }
        )

    def ack(self, line, sent):
        answer = json.loads(line)
        require("ack" in answer, f"an event is refused: {answer}")
        number = answer["line"] - 1
        require(0 <= number < len(sent), f"an acknowledgement of line {answer['line']}")
        return sent[number], answer["index"]

    def entries(self):
        """The log's envelopes, from its files."""
        for index, record in read_log(self.log):
            yield index, json.loads(record)

    def tasks(self):
        """The tasks in the database by their id, as the log names them."""
        found, after = {}, []
        while True:
            words = ["task", "list", "--all", "--limit", "500", "--sort", "newest", "--format", "json"]
            page = json.loads(self.run(*words, *after))
            found |= {f"T-{listed['task']['id']}": listed["task"] for listed in page["tasks"]}
            if not page["next"]:
                return found
            after = ["--after", page["next"]]

    def check(self, ledger, full):
        quick = [] if full else ["--quick"]
        self.run("audit", "verify", *quick)
        if not full:
            return 0
        found, created, number = [], set(), 0
        states = collections.defaultdict(dict)
        sequence = {}
        # A server may commit what a killed client sent a moment ago: so the tasks are read before
        # and after the log.
        before = self.tasks()
        self.run("audit", "publish")
        for index, envelope in self.entries():
            require(index == number, f"record {index} stands where {number} belongs")
            number += 1
            store, seq, event = envelope["store"], envelope["seq"], envelope["event"]
            expected = sequence.get(store, 0) + 1
            require(seq == expected, f"record {index} has number {seq} where {expected} belongs")
            sequence[store] = seq
            if event["event_type"] == "custom":
                found.append((index, event["details"]["n"]))
            elif event["subject"]["kind"] == "task":
                task = event["subject"]["id"]
                if event["event_type"] == "task_created":
                    require(task not in created, f"the task `{task}` was created twice")
                    created.add(task)
                for field, change in event.get("changes", {}).items():
                    known = states[task].get(field)
                    require(change["old"] == known, f"record {index}: `{field}` of {task} was {known}")
                    states[task][field] = change["new"]
        require(len(sequence) <= 1, f"events of {len(sequence)} databases are in one log")
        check_events(ledger, found)
        tasks = self.tasks()
        require(
            set(before) <= created <= set(tasks),
            f"tasks without event: {sorted(set(before) - created)[:3]}, "
            f"events without task: {sorted(created - set(tasks))[:3]}",
        )
        for name, task in before.items():
            if tasks[name]["version"] != task["version"]:
                continue
            for field in ("title", "status", "priority"):
                require(
                    states[name][field] == task[field],
                    f"{field} of {name} is {task[field]}, its events say {states[name][field]}",
                )
        titles = collections.Counter(task["title"] for task in tasks.values())
        for name, identity in ledger.tasks_acked.items():
            require(identity in tasks, f"the acknowledged task `{name}` is lost")
        for title, count in titles.items():
            name = title.removeprefix("task ")
            require(name in ledger.tasks_sent, f"the task `{title}` was never asked for")
            require(count == 1, f"the task `{title}` is there {count} times")
        self.check_feed(number)
        return number

    def check_feed(self, number):
        """audit.json has each record once, in order."""
        with (self.feeds / "audit.json").open() as lines:
            indexes = [json.loads(line)["index"] for line in lines]
        require(indexes == list(range(number)), "audit.json does not have each record once")

    def restart_server(self):
        self.postgres("kill")
        self.postgres("start")

    def foreign(self):
        """What an independent implementation says of the log."""
        packages = pathlib.Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
        if not shutil.which("go") or not packages.exists():
            print("skipped: tools/foreign-verify (Debian: golang-go golang-golang-x-mod-dev)")
            return
        environment = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
        environment |= {"GOCACHE": str(self.directory / "home" / "go"), "GOFLAGS": ""}
        key = self.run("audit", "key").decode().strip()
        # What is asked of a witness must be published: all of the log goes into tiles.
        self.run("audit", "witness", "request")
        command = ["go", "run", HERE / "foreign-verify/main.go", self.log, key]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        require(done.returncode == 0, f"tools/foreign-verify: {done.stderr}")
        waiting = sum(1 for _ in read_log(self.log)) - checkpoint_size(self.log)
        require(waiting == 0, f"{waiting} records are not in tiles")
        print(f"foreign-verify: {done.stdout.strip()}")

    def close(self):
        if self.server:
            self.postgres("stop")


# One life of a writer.


def send(process, target, ledger, sent, stop, most, linger):
    """Sends events until the writer dies or `most` were sent; `linger`: leaves the input open."""
    with contextlib.suppress(BrokenPipeError, OSError, ValueError):
        for _ in range(most):
            if stop.is_set():
                break
            name = ledger.new()
            sent.append(name)
            process.stdin.write(target.line(name).encode() + b"\n")
        process.stdin.flush()
        if linger:
            stop.wait()
        process.stdin.close()


def life(target, ledger, delay, most, environment=None, linger=False):
    """Starts a writer, lets it live for `delay` seconds (none: until it is done), kills it.
    Returns its exit code, how many events were acknowledged and what it said."""
    sent, stop = [], threading.Event()
    process = subprocess.Popen(
        target.writer(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | target.environment | (environment or {}),
        bufsize=0 if most < 100 else 4096,
        cwd=target.directory.parent,
    )
    lines, errors = [], []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout))
    noise = threading.Thread(target=lambda: errors.append(process.stderr.read()))
    feeder = threading.Thread(target=send, args=(process, target, ledger, sent, stop, most, linger))
    for thread in (reader, noise, feeder):
        thread.start()
    if delay is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(delay)
        process.send_signal(signal.SIGKILL)
    else:
        try:
            process.wait(120)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failure("a writer that nobody disturbs does not end") from None
    stop.set()
    for thread in (reader, noise, feeder):
        thread.join()
    process.wait()
    acknowledged = 0
    for line in lines:
        # The kill may cut the last line.
        if line.endswith(b"\n"):
            name, index = target.ack(line.decode(), sent)
            require(name is not None, f"an acknowledgement of what was not sent: {line!r}")
            ledger.acknowledge(name, index)
            acknowledged += 1
    with contextlib.suppress(OSError):
        process.stdin.close()
    require(b"panicked" not in errors[0], errors[0].decode(errors="replace"))
    return process.returncode, acknowledged, errors[0].decode(errors="replace")


def work(target, words, delay, given=None):
    """One command, killed after `delay` (none: never). Its exit code and whole lines of output."""
    process = subprocess.Popen(
        target.command(*words),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | target.environment,
        cwd=target.directory,
    )
    killer = None
    if delay is not None:
        killer = threading.Timer(delay, process.kill)
        killer.start()
    output, _ = process.communicate(given, timeout=120)
    if killer:
        killer.cancel()
    return process.returncode, [line for line in output.split(b"\n")[:-1] if line]


def change_tasks(target, ledger, rng, delay):
    """Creates tasks, or changes one, in a process that is killed. Says whether it was."""
    known = list(ledger.tasks_acked.values())
    if known and rng.random() < 0.5:
        task = rng.choice(known)
        words = rng.choice(
            [
                ["start", task],
                ["block", task, "--reason", "waits"],
                ["unblock", task],
                ["cancel", task, "--reason", "given up"],
                ["reopen", task, "--reason", "again"],
                ["update", task, "--priority", f"P{rng.randrange(5)}"],
                ["assign", task, rng.choice(["ann", "ben", "-"])],
                ["comment", task, "a remark"],
            ]
        )
        # A change that the state does not allow is refused; then nothing may have changed.
        code, _ = work(target, ["task", *words], delay)
        ledger.changes += code == 0
        return code == -signal.SIGKILL
    names = [ledger.new_task() for _ in range(rng.choice([1, 1, 5, 20]))]
    given = "".join(json.dumps({"title": f"task {name}", "repository": "r"}) + "\n" for name in names)
    words = ["task", "create", "--json", "-", "--format", "json"]
    code, lines = work(target, words, delay, given.encode())
    for line in lines:
        answer = json.loads(line)
        require("id" in answer, f"a task is refused: {answer}")
        ledger.tasks_acked[names[answer["line"] - 1]] = answer["id"]
    return code == -signal.SIGKILL


def killing(target, arguments, rng):
    ledger = Ledger()
    if target.has_tasks:
        target.prepare()
    started = time.monotonic()
    _, count, errors = life(target, ledger, None, 50)
    require(count == 50, f"a writer that nobody kills acknowledged {count} of 50 events: {errors}")
    usual = time.monotonic() - started
    print(f"an undisturbed writer of 50 events takes {usual * 1000:.0f} ms", flush=True)
    kills = collections.Counter()
    rounds, verified, failures = 0, 0, []

    def guarded(what, function, *more):
        try:
            kills[what] += bool(function(*more))
        except Exception as failure:  # noqa: BLE001 -- a thread's failure ends the whole
            failures.append(failure)

    def second_writer(delay):
        return life(target, ledger, delay, arguments.events, linger=True)[0] == -signal.SIGKILL

    def tiles(delay):
        # The journal becomes tiles when enough has gathered, or when a witness is asked.
        return work(target, ["audit", "witness", "request"], delay)[0] == -signal.SIGKILL

    def total():
        return sum(count for what, count in kills.items() if what != "server")

    while total() < arguments.kills:
        rounds += 1
        # Half of the kills fall into start and recovery, the others into writing and publishing.
        longest = usual if rng.random() < 0.5 else usual + arguments.longest
        delay = rng.random() ** 1.5 * longest
        beside = []
        if target.has_tasks and rng.random() < 0.5:
            patience = None if rng.random() < 0.3 else rng.random() * usual * 1.5
            task_rng = random.Random(rng.random())
            beside.append(("task command", change_tasks, target, ledger, task_rng, patience))
        if target.has_tasks and rng.random() < 0.2:
            beside.append(("second writer", second_writer, rng.random() * longest))
        if target.has_tasks and rng.random() < 0.2:
            beside.append(("publication of tiles", tiles, rng.random() * usual))
        if rng.random() < arguments.server_crashes:
            beside.append(("server", lambda: target.restart_server() or True))
        threads = [threading.Thread(target=guarded, args=each) for each in beside]
        for thread in threads:
            thread.start()
        linger = rng.random() < 0.8
        code, _, _ = life(target, ledger, delay, arguments.events, linger=linger)
        kills["writer"] += code == -signal.SIGKILL
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        if rounds % arguments.verify_every == 0:
            target.check(ledger, rounds % (arguments.verify_every * 10) == 0)
            verified += 1
        if rounds % 100 == 0:
            seconds = time.monotonic() - started
            print(
                f"{dict(kills)}, {len(ledger.sent)} events sent, {len(ledger.acked)} acknowledged, "
                f"{seconds:.0f} s",
                flush=True,
            )
    records = target.check(ledger, True)
    target.foreign()
    print(
        f"ok: {total()} kills ({kills['writer']} of a writer, {kills['second writer']} of a second, "
        f"{kills['task command']} of task commands, {kills['publication of tiles']} of publications of "
        f"tiles) and {kills['server']} server crashes; "
        f"{len(ledger.acked)} acknowledged events, {len(ledger.tasks_acked)} acknowledged tasks and "
        f"{ledger.changes} changes of tasks: 0 lost, 0 twice; {ledger.unheard} events were written "
        f"and not acknowledged in time; {records} records, nothing else; verified {verified + 1} "
        f"times; {time.monotonic() - started:.0f} s"
    )


# Faults.

WAYS = [
    ("once", 5, 0),
    ("sticky", 28, 0),
    ("short", 28, 0),
    ("kill", 5, 0),
    ("after", 5, 0),
    ("once", 5, 1),
    ("power", 5, 0),
]


def build_shim(directory):
    shim = directory / "shim.so"
    compiler = os.environ.get("CC", "cc")
    source = HERE / "faults/shim.c"
    command = [compiler, "-shared", "-fPIC", "-O1", "-pthread", "-D_LARGEFILE64_SOURCE", "-o", shim, source, "-ldl"]
    subprocess.run(command, check=True)
    return shim


def what_fired(line):
    """Operation and file of a report line, without what differs from run to run."""
    _, operation, _, path = line.split(" ", 3)
    parts = pathlib.Path(path).parts
    for root in ("store", "audit", "audit.keys", "feeds", "log"):
        if root in parts:
            parts = parts[len(parts) - 1 - parts[::-1].index(root) :]
            break
    return f"{operation} {'/'.join(re.sub('[0-9]{6,}', 'N', part) for part in parts)}"


class Faults:
    """Runs with the N-th file operation failing, for N = 1, 2, …"""

    def __init__(self, make_target, arguments, scratch):
        self.make_target = make_target
        self.arguments = arguments
        self.scratch = scratch
        self.shim = build_shim(scratch)
        self.report = scratch / "report"
        self.undone = 0

    def environment(self, target, at, way, number, reads):
        self.report.write_text("")
        return {
            "LD_PRELOAD": str(self.shim),
            "FAULT_DIR": ":".join(str(path) for path in target.fault_dirs),
            "FAULT_AT": str(at),
            "FAULT_MODE": way,
            "FAULT_ERRNO": str(number),
            "FAULT_READS": str(reads),
            "FAULT_LIE": str(int(self.arguments.lie)),
            "FAULT_REPORT": str(self.report),
        }

    def fired(self):
        lines = self.report.read_text().splitlines()
        self.undone += sum(line.startswith("undone") for line in lines)
        return next((line for line in lines if line.startswith("fired")), None)

    def all(self):
        total = 0
        chosen = self.arguments.ways.split(",") if self.arguments.ways else [way for way, *_ in WAYS]
        for way in WAYS:
            if way[0] not in chosen:
                continue
            total += self.first_start(*way) if self.arguments.first_start else self.one_way(*way)
        require(total > 0, "no operation was reached: does the program use the C library's calls?")
        print(f"ok: {total} faults ({self.undone} writes undone), 0 acknowledged events lost, 0 twice")

    def one_way(self, way, number, reads):
        target = self.make_target(self.scratch / f"{way}-{number}-{reads}")
        ledger = Ledger()
        if target.has_tasks:
            target.prepare()
        life(target, ledger, None, 10)
        at, unheard, operations = self.arguments.first_fault, collections.Counter(), collections.Counter()
        while at <= self.arguments.last_fault:
            environment = self.environment(target, at, way, number, reads)
            code, _, _ = life(target, ledger, None, 30, environment)
            fired = self.fired()
            if not fired:
                break
            operations[fired.split()[1]] += 1
            if code == 0:
                unheard[what_fired(fired)] += 1
            # Without the fault, all is well again, and the next writer goes on.
            try:
                _, count, errors = life(target, ledger, None, 5)
                require(count == 5, f"the next writer acknowledged {count} of 5 events: {errors}")
                target.check(ledger, operations.total() % 10 == 0)
            except Failure as failure:
                raise Failure(f"after a fault at operation {at} ({way}, {fired}): {failure}") from failure
            at += self.arguments.step
        records = target.check(ledger, True)
        target.close()
        self.say(way, number, reads, operations, unheard)
        print(f"   {records} records, {len(ledger.acked)} acknowledged, each exactly once", flush=True)
        return operations.total()

    def first_start(self, way, number, reads):
        """Each fault meets an empty directory."""
        at, unheard, operations = self.arguments.first_fault, collections.Counter(), collections.Counter()
        while at <= self.arguments.last_fault:
            directory = self.scratch / "first"
            shutil.rmtree(directory, ignore_errors=True)
            target = self.make_target(directory)
            ledger = Ledger()
            environment = self.environment(target, at, way, number, reads)
            code, _, _ = life(target, ledger, None, 5, environment)
            fired = self.fired()
            if not fired:
                break
            operations[fired.split()[1]] += 1
            if code == 0:
                unheard[what_fired(fired)] += 1
            try:
                _, count, errors = life(target, ledger, None, 5)
                require(count == 5, f"the next writer acknowledged {count} of 5 events: {errors}")
                target.check(ledger, True)
            except Failure as failure:
                raise Failure(f"first start, operation {at} ({way}, {fired}): {failure}") from failure
            at += self.arguments.step
        self.say(way, number, reads, operations, unheard)
        return operations.total()

    def say(self, way, number, reads, operations, unheard):
        what = ", ".join(f"{count} {name}" for name, count in operations.most_common())
        print(
            f"{way} {os.strerror(number)}{' with reads' if reads else ''}: {operations.total()} faults "
            f"({what})",
            flush=True,
        )
        # A fault that the caller does not hear of must be harmless: a feed that catches up later,
        # a checkpoint of the database that is repeated, a read that is tried again.
        for place, count in unheard.most_common():
            print(f"   with exit code 0 all the same: {count} x {place}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runward", help="the program under test")
    parser.add_argument("--append", help="the example `append` of runward-tlog, in its place")
    parser.add_argument("--backend", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", action="store_true", help="let file operations fail instead")
    parser.add_argument("--lie", action="store_true", help="a disk that lies: with `--ways power`, this must fail")
    parser.add_argument("--ways", help="only these, e.g. `power,short`")
    parser.add_argument("--first-start", action="store_true", help="faults in an empty directory")
    parser.add_argument("--last-fault", type=int, default=100_000, help="the last operation to fail")
    parser.add_argument("--first-fault", type=int, default=1, help="the first operation to fail")
    parser.add_argument("--step", type=int, default=1, help="try every so-many-th operation")
    parser.add_argument("--longest", type=float, default=0.3, help="longest life while writing, in s")
    parser.add_argument("--events", type=int, default=400, help="most events of one life")
    parser.add_argument("--verify-every", type=int, default=10)
    parser.add_argument("--server-crashes", type=float, default=0.02, help="share of kills (PostgreSQL)")
    parser.add_argument("--keep", help="work in this directory and leave it")
    arguments = parser.parse_args()
    binary = arguments.runward or arguments.append
    if not binary or (arguments.runward and arguments.append):
        parser.error("name one program: --runward or --append")
    binary = str(pathlib.Path(binary).resolve())
    kind = Runward if arguments.runward else Append
    if arguments.backend == "sqlite":
        arguments.server_crashes = 0
    rng = random.Random(arguments.seed)
    scratch = pathlib.Path(arguments.keep or tempfile.mkdtemp(prefix="runward-crash-")).resolve()
    scratch.mkdir(parents=True, exist_ok=True)
    # The user that runs PostgreSQL must be able to pass.
    scratch.chmod(0o755)
    targets = []

    def make_target(directory):
        directory.mkdir(parents=True, exist_ok=True)
        if kind is Runward and arguments.backend == "postgres":
            # Each target has a server of its own: a log belongs to one database.
            target = Runward(binary, directory, "postgres", directory / "server")
        else:
            target = kind(binary, directory, arguments.backend)
        targets.append(target)
        return target

    try:
        if arguments.faults:
            Faults(make_target, arguments, scratch).all()
        else:
            killing(make_target(scratch / "run"), arguments, rng)
    except Failure as failure:
        print(f"failed: {failure}\nthe files are in {scratch}", file=sys.stderr)
        return 1
    finally:
        for target in targets:
            with contextlib.suppress(Failure):
                target.close()
    if not arguments.keep:
        shutil.rmtree(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
