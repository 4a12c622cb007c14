#!/usr/bin/env python3
"""Judges PyPI names with GuardDog's typosquatting detector, used as a library.

Run by names-compare.py with the Python of an environment that has `guarddog` installed. Reads
{"popular": [...] or null for GuardDog's own list, "alone": bool, "names": [...]} from standard input;
with "alone" each name is judged as if it were not on the list. Writes {"flagged": [...], "seconds": s}.
"""

import json
import os
import sys
import time

import requests


def refuse(*_, **__):
    raise requests.exceptions.ConnectionError("offline")


# On import GuardDog fetches newer lists for all registries.
requests.get = refuse

import guarddog.analyzer.metadata as metadata  # noqa: E402
from guarddog.analyzer.metadata.pypi.typosquatting import PypiTyposquatDetector  # noqa: E402


class Offline(PypiTyposquatDetector):
    """With a list handed in, or the one that comes with GuardDog; never fetches a newer one."""

    popular = None

    def _get_top_packages(self):
        names = self.popular
        if names is None:
            here = os.path.join(os.path.dirname(metadata.__file__), "resources")
            with open(os.path.join(here, "top_pypi_packages.json"), encoding="utf-8") as file:
                names = json.load(file)["packages"]
        return {self._canonicalize_name(name) for name in names}


def main():
    asked = json.load(sys.stdin)
    Offline.popular = asked["popular"]
    detector = Offline()
    flagged = []
    start = time.monotonic()
    for name in asked["names"]:
        listed = asked["alone"] and name in detector.popular_packages
        if listed:
            detector.popular_packages.discard(name)
        if detector.get_typosquatted_package(detector._canonicalize_name(name)):
            flagged.append(name)
        if listed:
            detector.popular_packages.add(name)
    seconds = time.monotonic() - start
    json.dump({"flagged": flagged, "seconds": seconds, "list": len(detector.popular_packages)}, sys.stdout)


if __name__ == "__main__":
    main()
