"""Packs the corpus of packages into archives, for other tools to look at.

    python3 tools/packages/corpus.py DIRECTORY [--like GLOB]

writes DIRECTORY/{malicious,clean}/<name> archives from crates/runward-inspect/tests/corpus. The packages are
inert (addresses that lead nowhere, harmless commands); nothing of them is run.
"""

import argparse
import base64
import fnmatch
import hashlib
import io
import re
import sys
import tarfile
import zipfile
from pathlib import Path

CORPUS = Path(__file__).resolve().parents[2] / "crates/runward-inspect/tests/corpus"
HEAD = re.compile(r"^-- (\S+)(?: \[(\w+)\])? --$")


def read(path):
    """The head of a case and its files: path, content, and whether RECORD lists it."""
    head, files, form = {}, [], None
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        found = HEAD.match(line.rstrip("\n"))
        if found:
            form = found[2]
            files.append([found[1], b"", form != "unrecorded"])
        elif not files:
            key, _, value = line.rstrip("\n").partition(": ")
            head[key] = value
        elif form == "hex":
            files[-1][1] += bytes.fromhex(line)
        elif form == "escaped":
            files[-1][1] += re.sub(r"\\u\{([0-9A-F]+)\}", lambda code: chr(int(code[1], 16)), line).encode()
        else:
            files[-1][1] += line.encode()
    return head, files


def tarball(root, files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for path, content, _ in files:
            info = tarfile.TarInfo(f"{root}/{path}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def wheel(name, tag, files):
    info = f"{name}-1.0.dist-info"
    files = files + [
        [f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(), True],
        [f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: {tag}\n".encode(), True],
    ]
    record = ""
    for path, content, listed in files:
        if listed:
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(content)}\n"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content, _ in files:
            archive.writestr(path, content)
        archive.writestr(f"{info}/RECORD", record + f"{info}/RECORD,,\n")
    return out.getvalue()


def pack(name, head, files):
    kind = head["kind"]
    if kind == "sdist":
        metadata = [["PKG-INFO", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(), True]]
        return f"{name}-1.0.tar.gz", tarball(f"{name}-1.0", metadata + files)
    if kind == "wheel":
        plain, tag = name.replace("-", "_"), head.get("tag", "py3-none-any")
        return f"{plain}-1.0-{tag}.whl", wheel(plain, tag, files)
    if kind == "npm":
        return f"{name}-1.0.tgz", tarball("package", files)
    return f"{name}-1.0.crate", tarball(f"{name}-1.0", files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--like", default="*", help="only cases with such a name")
    arguments = parser.parse_args()
    count = 0
    for group in ("malicious", "clean"):
        target = arguments.directory / group
        target.mkdir(parents=True, exist_ok=True)
        for path in sorted((CORPUS / group).glob("*.txt")):
            if fnmatch.fnmatch(path.stem, arguments.like):
                name, content = pack(path.stem, *read(path))
                (target / name).write_bytes(content)
                count += 1
    print(f"{count} archives in {arguments.directory}", file=sys.stderr)


if __name__ == "__main__":
    main()
