"""The OSV evaluation algorithm, written down as plainly as possible: the measure for Runward.

Follows https://ossf.github.io/osv-schema/#evaluation with Python's `packaging` for PEP 440 and
PEP 503. It shares no code and no idea of speed with the program that it checks.
"""

import json
import random
import zipfile
from functools import cmp_to_key
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version


def load(archive):
    """Every record of an `all.zip`."""
    with zipfile.ZipFile(archive) as zipped:
        return [json.loads(zipped.read(name)) for name in sorted(zipped.namelist())]


def parse(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def in_range(version, events):
    """Whether a version lies in one ECOSYSTEM range."""

    def value(event):
        text = event.get("introduced") or event.get("fixed") or event.get("last_affected")
        return None if text == "0" else parse(text)

    # `introduced: 0` is below everything; events whose version is invalid are left out.
    usable = [event for event in events if "0" in event.values() or value(event) is not None]

    def order(left, right):
        a, b = value(left), value(right)
        if a is None or b is None:
            return (a is not None) - (b is not None)
        return (a > b) - (a < b)

    vulnerable = False
    for event in sorted(usable, key=cmp_to_key(order)):
        bound = value(event)
        if "introduced" in event and (bound is None or version >= bound):
            vulnerable = True
        elif "fixed" in event and version >= bound:
            vulnerable = False
        elif "last_affected" in event and version > bound:
            vulnerable = False
    return vulnerable


def affects(record, name, text, ecosystem="PyPI"):
    """Whether a record says that a version of a package is vulnerable."""
    if record.get("withdrawn"):
        return False
    version = parse(text)
    for affected in record.get("affected") or []:
        package = affected.get("package") or {}
        if package.get("ecosystem") != ecosystem:
            continue
        if canonicalize_name(package.get("name", "")) != canonicalize_name(name):
            continue
        for listed in affected.get("versions") or []:
            if listed == text or (version is not None and parse(listed) == version):
                return True
        for span in affected.get("ranges") or []:
            if span.get("type") == "ECOSYSTEM" and version is not None:
                if in_range(version, span.get("events") or []):
                    return True
    return False


class Oracle:
    """Records by package name."""

    def __init__(self, archive):
        self.records = load(archive)
        self.by_name = {}
        for record in self.records:
            for affected in record.get("affected") or []:
                name = canonicalize_name((affected.get("package") or {}).get("name", ""))
                entries = self.by_name.setdefault(name, [])
                if record not in entries[-1:]:
                    entries.append(record)

    def matching(self, name, version):
        """The records that affect a version."""
        found = {}
        for record in self.by_name.get(canonicalize_name(name), []):
            if record["id"] not in found and affects(record, name, version):
                found[record["id"]] = record
        return list(found.values())


def neighbours(text):
    """Versions around a bound, where implementations differ."""
    version = parse(text)
    if version is None:
        return []
    release = list(version.release)
    shorter = ".".join(map(str, release[:-1])) or "0"
    up = ".".join(map(str, release[:-1] + [release[-1] + 1]))
    down = ".".join(map(str, release[:-1] + [max(release[-1] - 1, 0)]))
    return [text, f"{text}.0", shorter, up, down, f"{up}rc1", f"{text}.post1", f"{text}.dev1",
            f"{text}+local.1", f"v{text}", f"1!{text}"]


def draw(oracle, count, seed):
    """A seeded sample of (package, version) pairs across the data."""
    rng = random.Random(seed)
    pairs = set()
    names = sorted(oracle.by_name)
    while len(pairs) < count:
        name = rng.choice(names)
        record = rng.choice(oracle.by_name[name])
        versions = []
        for affected in record.get("affected") or []:
            if canonicalize_name((affected.get("package") or {}).get("name", "")) != name:
                continue
            versions += rng.sample(affected.get("versions") or [], k=min(
                3, len(affected.get("versions") or [])))
            for span in affected.get("ranges") or []:
                if span.get("type") != "ECOSYSTEM":
                    continue
                for event in span.get("events") or []:
                    for bound in event.values():
                        if bound != "0":
                            versions += neighbours(bound)
        # A version that `packaging` cannot read cannot stand in a requirements file.
        versions = [version for version in versions if parse(version) is not None]
        if versions:
            pairs.add((name, rng.choice(sorted(set(versions)))))
    return sorted(pairs)


def shared_data(given):
    """The directory with the shared data, or None."""
    import os
    candidates = [given, os.environ.get("RUNWARD_SHARED_DATA"),
                  Path(__file__).resolve().parents[2] / "shared" / "data"]
    for candidate in candidates:
        if candidate and (Path(candidate) / "osv").is_dir():
            return Path(candidate)
    return None
