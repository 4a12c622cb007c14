"""The programs that tools/crash.py kills, and what must hold of what they leave."""

import collections
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import threading

from log_files import Watch, checkpoint_size, read_log, require

HERE = pathlib.Path(__file__).resolve().parent


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

    def watch(self):
        return Watch(self.directory, bytes.decode)

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

    def watch(self):
        def name(record):
            event = json.loads(record)["event"]
            return event["details"]["n"] if event["event_type"] == "custom" else None

        return Watch(self.log, name, self.run("audit", "key").decode().strip())

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
