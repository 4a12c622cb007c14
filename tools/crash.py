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
server itself is sometimes stopped without a shutdown. After each round of kills the log's files are
read as they were left, before anybody recovers: the records have the root of the signed checkpoint,
the journal goes on from there, every event acknowledged in that round is at its place. After half
of the rounds, at random, `runward audit verify --quick` must find nothing; after the others the next
writer recovers, and may be killed while it does. At the end, and every `--verify-every` rounds:

- every acknowledged event is in the log exactly once, at the index of its acknowledgement;
- an event that was sent and not acknowledged is there once or not at all; nothing else is there;
- the events of one database have sequence numbers without gap, in the order of the log;
- each task in the database has its `task_created` event in the log, and each such event its task;
  status and priority of each task are those that its events lead to;
- audit.json has every record once, in order;
- `runward audit verify` finds nothing;
- the log satisfies `tools/foreign-verify` (at the end, where Go and its packages are installed).

tools/log_files.py reads the log from its files, without the program under test.

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
    tools/crash.py --runward BIN --faults --first-start --step 20

Exit code 0: all of it holds. The seed makes the moments of the kills repeatable, as far as the
machine's scheduler lets it.
"""

import argparse
import collections
import contextlib
import itertools
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

from crash_targets import Append, Ledger, Runward
from log_files import Failure, require

HERE = pathlib.Path(__file__).resolve().parent


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
    rounds, verified, failures = 0, collections.Counter(), []
    watch, seen = target.watch(), 0

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
        watch.look(dict(itertools.islice(ledger.acked.items(), seen, None)))
        seen = len(ledger.acked)
        whole = rounds % arguments.verify_every == 0
        if whole or rng.random() < 0.5:
            target.check(ledger, whole)
            verified[whole] += 1
        if rounds % 100 == 0:
            seconds = time.monotonic() - started
            print(
                f"{dict(kills)}, {len(ledger.sent)} events sent, {len(ledger.acked)} acknowledged, "
                f"{seconds:.0f} s",
                flush=True,
            )
    records = target.check(ledger, True)
    verified[True] += 1
    target.foreign()
    print(
        f"ok: {total()} kills ({kills['writer']} of a writer, {kills['second writer']} of a second, "
        f"{kills['task command']} of task commands, {kills['publication of tiles']} of publications of "
        f"tiles) and {kills['server']} server crashes; "
        f"{len(ledger.acked)} acknowledged events, {len(ledger.tasks_acked)} acknowledged tasks and "
        f"{ledger.changes} changes of tasks: 0 lost, 0 twice; {ledger.unheard} events were written "
        f"and not acknowledged in time; {records} records, nothing else; the files were read after each "
        f"of {watch.looks} rounds, verified {verified[False]} times quickly and {verified[True]} times "
        f"whole; {time.monotonic() - started:.0f} s"
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
    parser.add_argument("--verify-every", type=int, default=30, help="rounds between whole verifications")
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
    # Whoever ends this ends the servers that it started, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
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
