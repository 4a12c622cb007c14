"""Runs Runward and its peers: commands, their time and memory, and what they report.

Used by the other scripts of this directory; does nothing by itself.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

QUIET_SEMGREP = {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}
SEMGREP_FLAGS = ["--metrics=off", "--disable-version-check"]


@dataclass
class Run:
    """One finished command."""

    status: int
    seconds: float
    peak_mb: float
    output: str
    errors: str

    def json(self, command):
        try:
            return json.loads(self.output)
        except json.JSONDecodeError:
            sys.exit(f"{command} ended with {self.status} and gave no JSON: {self.errors[-2000:]}")


def environment(**more):
    return {**os.environ, **QUIET_SEMGREP, **more}


def run(command, directory=None, env=None):
    """Waits for a command; memory is the largest process of its tree."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], cwd=directory,
                                   env=env or environment(), stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0), errors.seek(0)
        return Run(process.returncode, seconds, usage.ru_maxrss / 1024,
                   output.read().decode(errors="replace"), errors.read().decode(errors="replace"))


def program(path, name):
    """The path of a peer, or `None`, which is said aloud."""
    found = shutil.which(path or name)
    if not found:
        print(f"skipped: `{path or name}` is not there")
    return found


def runward_scan(runward, rules, target, jobs, *more):
    """A cold scan of every file with these rules alone."""
    command = [runward, "scan", "--only", "code"]
    for path in rules:
        command += ["--rules", path]
    return [*command, "--no-ignore", "--no-cache", "--no-store", "--jobs", str(jobs), *more,
            "--format", "json", target]


def semgrep_scan(semgrep, rules, target, jobs, *more):
    command = [semgrep, "scan", "--quiet", *SEMGREP_FLAGS, "--no-git-ignore",
               "--x-ignore-semgrepignore-files", "-j", str(jobs)]
    for path in rules:
        command += ["--config", path]
    return [*command, *more, "--json", target]


def runward_findings(report):
    """The findings of `scan --format json` that rules made, also the suppressed ones."""
    found = list(report.get("findings") or [])
    found += report.get("suppressed_findings") or []
    return [finding for finding in found if finding.get("rule")]
