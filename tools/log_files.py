"""The log on disk, read without the program that wrote it (C2SP tlog-tiles), for tools/crash.py."""

import base64
import hashlib
import importlib.machinery
import importlib.util
import pathlib

ENTRIES_PER_TILE = 256


class Failure(Exception):
    """An invariant does not hold."""


def require(condition, message):
    if not condition:
        raise Failure(message)


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


def proof_checker():
    """tools/verify-proof.py, which checks signatures."""
    path = pathlib.Path(__file__).resolve().parent / "verify-proof.py"
    loader = importlib.machinery.SourceFileLoader("verify_proof", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


class Watch:
    """Follows a log through the crashes of its writers: as each leaves it, before anybody recovers.

    The records up to the checkpoint have its root (RFC 6962), and only the new ones are read; the
    journal goes on without gap; no checkpoint is older than the one before; what is seen once stays.
    """

    def __init__(self, directory, name, key=None):
        """`name` tells a record's name, where it has one; `key` has signed the checkpoints."""
        self.directory = directory
        self.name = name
        self.key = key
        self.signatures = proof_checker() if key else None
        self.size = 0
        # The roots of the complete subtrees from the left, with the number of their records.
        self.subtrees = []
        self.places = {}
        self.looks = 0

    def add(self, record):
        node, width = hashlib.sha256(b"\0" + record).digest(), 1
        while self.subtrees and self.subtrees[-1][1] == width:
            left, _ = self.subtrees.pop()
            node, width = hashlib.sha256(b"\1" + left + node).digest(), 2 * width
        self.subtrees.append((node, width))

    def root(self):
        if not self.subtrees:
            return hashlib.sha256(b"").digest()
        node = self.subtrees[-1][0]
        for left, _ in reversed(self.subtrees[:-1]):
            node = hashlib.sha256(b"\1" + left + node).digest()
        return node

    def place(self, index, record, places):
        name = self.name(record)
        if name is not None:
            require(name not in self.places and name not in places, f"`{name}` is in the log twice")
            places[name] = index

    def look(self, acknowledged):
        """`acknowledged`: name and index of each event that must be there."""
        note = (self.directory / "checkpoint").read_text()
        body, _, signatures = note.partition("\n\n")
        size = int(body.split("\n")[1])
        require(size >= self.size, f"the checkpoint went back from {self.size} to {size}")
        for index, record in read_entries(self.directory, size, self.size):
            self.add(record)
            self.place(index, record, self.places)
        self.size = size
        told = base64.b64decode(body.split("\n")[2])
        require(told == self.root(), f"the {size} records do not have the root of the checkpoint")
        if self.signatures:
            try:
                self.signatures.check_signature(self.key, body + "\n", signatures.split("\n"))
            except SystemExit as error:
                raise Failure(f"the checkpoint of {size} records is not signed") from error
        waiting = {}
        for index, record in read_journal(self.directory):
            if index >= size:
                require(index == size, f"the journal goes on with record {index} where {size} belongs")
                size += 1
                self.place(index, record, waiting)
        for name, index in acknowledged.items():
            place = self.places.get(name, waiting.get(name))
            require(place == index, f"`{name}` was acknowledged at {index}, and is at {place}")
        self.looks += 1
