"""Writes a history as a `git fast-import` stream, the same for the same arguments.

    git init -q big && python tools/secrets/make-history.py --commits 10000 | git -C big fast-import --quiet
    git -C big gc -q

Files grow and change like sources do: most commits touch a few lines of a few files in nested directories, some add
files, remove or rename one, and every hundredth comes from a branch that is merged. Every `--secret-every`th commit adds
a made-up credential that a later one takes away again; their blobs are what a search of the history must find.
"""

import argparse
import random
import sys

START = 1_600_000_000
WORDS = "account buffer cache data event field group handle index job key limit message node option path".split()


class History:
    """Files as they are at a branch, and the stream that made them so."""

    def __init__(self, out, seed, files):
        self.out = out
        self.random = random.Random(seed)
        self.mark = 0
        self.time = START
        self.files = {}
        self.start = files

    def line(self):
        words = self.random.choices(WORDS, k=6)
        return f"    {words[0]}_{self.random.randrange(10_000)} = {words[1]}({', '.join(words[2:])})\n"

    def text(self, lines):
        return [self.line() for _ in range(lines)]

    def path(self):
        depth = self.random.choice([1, 2, 2, 3, 3, 4])
        parts = [f"{self.random.choice(WORDS)}{self.random.randrange(6)}" for _ in range(depth)]
        return "/".join(["src", *parts, f"{self.random.choice(WORDS)}_{self.random.randrange(1_000_000)}.py"])

    def write(self, text):
        self.out.write(text.encode())

    def commit(self, branch, message, parents, changes):
        self.mark += 1
        self.time += self.random.randrange(60, 3600)
        who = f"Developer {self.mark % 17} <dev{self.mark % 17}@example.org> {self.time} +0000"
        self.write(f"commit refs/heads/{branch}\nmark :{self.mark}\nauthor {who}\ncommitter {who}\n")
        self.write(f"data {len(message)}\n{message}\n")
        for word, parent in zip(("from", "merge"), parents):
            self.write(f"{word} :{parent}\n")
        for change in changes:
            self.write(change)
        self.write("\n")
        return self.mark

    def put(self, path):
        data = "".join(self.files[path])
        return f"M 100644 inline {path}\ndata {len(data)}\n{data}\n"

    def change(self):
        """The file commands of one ordinary commit."""
        touched = set()
        for _ in range(self.random.choice([1, 1, 2, 3])):
            path = self.random.choice(list(self.files))
            lines = self.files[path]
            for _ in range(self.random.choice([1, 2, 5])):
                at = self.random.randrange(len(lines) + 1)
                lines[at:at + self.random.choice([0, 1, 1])] = self.text(self.random.choice([1, 1, 2]))
            touched.add(path)
        if self.random.random() < 0.2:
            path = self.path()
            self.files[path] = self.text(self.random.randrange(10, 200))
            touched.add(path)
        commands = [self.put(path) for path in sorted(touched)]
        if self.random.random() < 0.03 and len(self.files) > self.start:
            gone = self.random.choice(sorted(set(self.files) - touched))
            new = self.path()
            self.files[new] = self.files.pop(gone)
            commands.append(f"R {gone} {new}\n")
        elif self.random.random() < 0.03 and len(self.files) > self.start:
            gone = self.random.choice(sorted(set(self.files) - touched))
            del self.files[gone]
            commands.append(f"D {gone}\n")
        return commands


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--commits", type=int, default=10_000)
    arguments.add_argument("--files", type=int, default=400, help="files of the first commit")
    arguments.add_argument("--secret-every", type=int, default=0, help="0: none")
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    history = History(sys.stdout.buffer, options.seed, options.files)
    for _ in range(options.files):
        history.files[history.path()] = history.text(history.random.randrange(10, 300))
    tip = history.commit("main", "Begin", [], [history.put(path) for path in sorted(history.files)])
    secret = None
    while history.mark < options.commits:
        number = history.mark
        if number % 100 == 99:
            side = history.commit("side", f"On a branch {number}", [tip], [
                f"M 100644 inline branch/{number}.txt\ndata {len(str(number))}\n{number}\n"
            ])
            line = history.change()
            tip = history.commit("main", f"Meanwhile {number}", [tip], line)
            tip = history.commit("main", f"Merge {number}", [tip, side], [
                f"M 100644 inline branch/{number}.txt\ndata {len(str(number))}\n{number}\n"
            ])
            continue
        commands = history.change()
        if secret:
            commands.append(f"D {secret}\n")
            secret = None
        elif options.secret_every and number % options.secret_every == 0:
            secret = f"config/settings-{number}.env"
            key = "".join(history.random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
            data = f"AWS_ACCESS_KEY_ID=AKIA{key}\n"
            commands.append(f"M 100644 inline {secret}\ndata {len(data)}\n{data}\n")
        tip = history.commit("main", f"Change {number}", [tip], commands)


if __name__ == "__main__":
    main()
