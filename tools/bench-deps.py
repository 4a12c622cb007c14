"""Times `runward scan` against pip-audit, uv audit and cargo-audit: same data, one call.

    python tools/bench-deps.py --runward target/release/runward [--runs 7] [--cargo-audit PATH]

Each pair of commands runs in turn (A B A B …); the figures are medians of wall time and of the
ratio of each pair. Nothing here is a test: a noisy machine gives noisy figures.
"""

import argparse
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import osv_oracle
import osv_server


def load(name):
    """A sibling script whose name has a dash."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(command, environment, directory=None):
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=directory,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    status = process.wait()
    return time.perf_counter() - started, status


def compare(title, ours, theirs, environment, runs, directory=None):
    run(ours, environment, directory), run(theirs, environment, directory)
    a, b = [], []
    for _ in range(runs):
        a.append(run(ours, environment, directory))
        b.append(run(theirs, environment, directory))
    ratios = [y[0] / x[0] for x, y in zip(a, b)]
    print(f"{title}: runward {statistics.median(x[0] for x in a) * 1e3:.1f} ms "
          f"(exit {a[0][1]}), peer {statistics.median(y[0] for y in b) * 1e3:.1f} ms "
          f"(exit {b[0][1]}): {statistics.median(ratios):.1f} times faster "
          f"(min {min(ratios):.1f}, max {max(ratios):.1f})", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--runward", default="target/release/runward")
    parser.add_argument("--cargo-audit", default=shutil.which("cargo-audit"))
    parser.add_argument("--data")
    parser.add_argument("--runs", type=int, default=7)
    arguments = parser.parse_args()
    data = osv_oracle.shared_data(arguments.data)
    if data is None:
        print("skipped: the shared data is absent")
        return
    runward = str(Path(arguments.runward).resolve())
    archive = data / "osv" / "PyPI" / "all.zip"
    oracle = osv_oracle.Oracle(archive)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        environment = {**os.environ, "RUNWARD_DATA_DIR": str(scratch / "db")}
        subprocess.run([runward, "db", "update", "--source", str(data / "osv")], check=True,
                       env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        project = scratch / "project"
        project.mkdir()
        pins = dict(osv_oracle.draw(oracle, 200, 7))
        requirements = project / "requirements.txt"
        requirements.write_text("".join(f"{n}=={v}\n" for n, v in sorted(pins.items())))
        server = osv_server.serve(archive)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        scan = [runward, "scan", str(project), "--only", "deps", "--format", "json", "--no-store"]
        pip_audit = [sys.executable, "-m", "pip_audit", "-r", str(requirements), "--no-deps",
                     "--disable-pip", "-s", "osv", "--osv-url", f"{url}/v1/query", "-f", "json",
                     "--progress-spinner", "off"]
        compare(f"pip-audit, {len(pins)} pinned packages", scan, pip_audit, environment,
                max(arguments.runs // 2, 3))
        locked = scratch / "locked"
        locked.mkdir()
        write_uv_project(locked, pins)
        uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
        if uv:
            audit = [uv, "audit", "--frozen", "--service-url", url, "--preview",
                     "--output-format", "json"]
            scan = [runward, "scan", str(locked), "--only", "deps", "--format", "json", "--no-store"]
            compare(f"uv audit, {len(pins)} locked packages", scan, audit, environment,
                    arguments.runs, locked)
        server.shutdown()
        if arguments.cargo_audit:
            cargo = load("check-cargo-audit")
            records = osv_oracle.load(data / "osv" / "crates.io" / "all.zip")
            cargo.write_database(records, scratch / "rustsec")
            lockfile = cargo.made_lockfiles(records, scratch / "made", 1)[0]
            scan = [runward, "scan", str(lockfile), "--only", "deps", "--format", "json", "--no-store"]
            audit = [arguments.cargo_audit, "audit", "--db", str(scratch / "rustsec"),
                     "--no-fetch", "--stale", "--json", "--file", str(lockfile)]
            compare("cargo-audit, a lockfile of every crate in the data", scan, audit, environment,
                    arguments.runs)


def write_uv_project(directory, pins):
    names = ", ".join(f'"{name}=={version}"' for name, version in sorted(pins.items()))
    (directory / "pyproject.toml").write_text(
        f'[project]\nname = "bench"\nversion = "1"\nrequires-python = ">=3.11"\n'
        f"dependencies = [{names}]\n")
    lines = ['version = 1', 'requires-python = ">=3.11"', ""]
    lines += ["[[package]]", 'name = "bench"', 'version = "1"', 'source = { virtual = "." }',
              "dependencies = ["]
    lines += [f'    {{ name = "{name}" }},' for name in sorted(pins)]
    lines += ["]", ""]
    for name, version in sorted(pins.items()):
        lines += ["[[package]]", f'name = "{name}"', f'version = "{version}"',
                  'source = { registry = "https://pypi.org/simple" }', ""]
    (directory / "uv.lock").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
