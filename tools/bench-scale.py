"""Scale figures of Runward: 200,000 synthetic advisories, lockfiles of up to 10,000 packages.

    python tools/bench-scale.py --runward target/release/runward [--advisories 200000]

Prints seconds and peak memory of the import, and of scans of 1,000, 5,000 and 10,000 locked
packages with the time per package. Timings are medians of whole processes.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

# The kernel counts a child's memory from its parent's until it runs the new program; a small
# parent keeps that out of the figure.
MEASURE = ("import os,sys,time\n"
           "t=time.perf_counter(); pid=os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,"
           " file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),"
           " (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)])\n"
           "_,status,usage=os.wait4(pid,0)\n"
           "print(time.perf_counter()-t, usage.ru_maxrss/1024, os.waitstatus_to_exitcode(status))")


def measure(command, environment):
    import sys
    out = subprocess.run([sys.executable, "-I", "-S", "-c", MEASURE, *map(str, command)],
                         env=environment, stdout=subprocess.PIPE, check=True).stdout.split()
    return float(out[0]), float(out[1]), int(out[2])


def name(number):
    return f"package-{number:06}"


def write_archive(path, advisories, packages):
    rng = random.Random(1)
    words = [f"word{n}" for n in range(500)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zipped:
        for number in range(advisories):
            major = rng.randint(1, 20)
            versions = [f"{m}.{n}" for m in range(major) for n in range(rng.randint(1, 4))]
            zipped.writestr(f"SYN-{number:06}.json", json.dumps({
                "id": f"SYN-{number:06}", "modified": "2026-01-01T00:00:00Z",
                "published": "2026-01-01T00:00:00Z", "aliases": [f"CVE-2026-{number:06}"],
                "summary": " ".join(rng.choices(words, k=8)),
                "details": " ".join(rng.choices(words, k=80)),
                "severity": [{"type": "CVSS_V3",
                              "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N"}],
                "affected": [{"package": {"ecosystem": "PyPI", "name": name(number % packages)},
                              "ranges": [{"type": "ECOSYSTEM", "events": [
                                  {"introduced": "0"}, {"fixed": f"{major}.0"}]}],
                              "versions": versions}],
                "references": [{"type": "WEB", "url": f"https://example.org/{number}"}]}))


def write_lock(directory, packages, every):
    """A uv.lock in which one package of `every` is affected."""
    directory.mkdir()
    (directory / "pyproject.toml").write_text('[project]\nname = "bench"\nversion = "1"\n'
                                              f'dependencies = ["{name(0)}"]\n')
    lines = ['version = 1', 'requires-python = ">=3.12"', '', '[[package]]', 'name = "bench"',
             'version = "1"', 'source = { virtual = "." }',
             f'dependencies = [{{ name = "{name(0)}" }}]', '']
    for number in range(packages):
        version = "0.5" if number % every == 0 else "99.0"
        lines += ['[[package]]', f'name = "{name(number)}"', f'version = "{version}"',
                  'source = { registry = "https://pypi.org/simple" }']
        children = {2 * number + 1, 2 * number + 2}
        inside = [f'    {{ name = "{name(c)}" }},' for c in sorted(children) if c < packages]
        if inside:
            lines += ['dependencies = [', *inside, ']']
        lines += [f'sdist = {{ url = "https://files.example.org/{number}.tar.gz", '
                  f'hash = "sha256:{number:064x}", size = 1000 }}', '']
    (directory / "uv.lock").write_text("\n".join(lines))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runward", default="target/release/runward")
    parser.add_argument("--advisories", type=int, default=200_000)
    parser.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args()
    runward = Path(arguments.runward).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        environment = {**os.environ, "RUNWARD_DATA_DIR": str(scratch / "db")}
        (scratch / "osv" / "PyPI").mkdir(parents=True)
        started = time.perf_counter()
        write_archive(scratch / "osv" / "PyPI" / "all.zip", arguments.advisories, 40_000)
        print(f"generated {arguments.advisories} advisories in {time.perf_counter() - started:.0f} s")
        seconds, memory, code = measure(
            [runward, "db", "update", "--source", scratch / "osv"], environment)
        print(f"import: {seconds:.2f} s, {memory:.0f} MB, exit {code}")
        for every in (100, 4):
            for packages in (1_000, 5_000, 10_000):
                directory = scratch / f"lock-{packages}-{every}"
                write_lock(directory, packages, every)
                command = [runward, "scan", directory, "--no-store", "--format", "json"]
                measure(command, environment)
                runs = [measure(command, environment) for _ in range(arguments.runs)]
                wall = statistics.median(run[0] for run in runs)
                print(f"scan of {packages:>6} packages, 1 in {every} affected: "
                      f"{wall * 1e3:.1f} ms, {wall / packages * 1e6:.2f} us a package, "
                      f"{max(run[1] for run in runs):.0f} MB, exit {runs[0][2]}", flush=True)


if __name__ == "__main__":
    main()
