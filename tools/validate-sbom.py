#!/usr/bin/env python3
"""Checks bills of materials and VEX documents against the official schemas.

    pip install -r tools/sbom-requirements.txt
    tools/validate-sbom.py FILE...

CycloneDX: the JSON schema of its version (strict), and what a schema cannot say: references
are unique and lead somewhere, package URLs are valid. SPDX 2: the SPDX project's own validator.
OpenVEX: the rules of the 0.2.0 specification. Prints `N passed, M failed`; fails if any file does,
and if there is none.
"""

import json
import re
import sys
from datetime import datetime

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from spdx_tools.spdx.parser.parse_anything import parse_file as parse_spdx
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

JUSTIFICATIONS = {
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
}
STATUSES = {"affected", "not_affected", "fixed", "under_investigation"}
DOCUMENT_KEYS = {
    "@context", "@id", "author", "role", "timestamp", "last_updated", "version", "tooling",
    "statements",
}
STATEMENT_KEYS = {
    "@id", "version", "vulnerability", "timestamp", "last_updated", "products", "status",
    "supplier", "status_notes", "justification", "impact_statement", "action_statement",
    "action_statement_timestamp",
}


def purl_problems(purl, where):
    try:
        read = PackageURL.from_string(purl)
    except ValueError as error:
        return [f"{where}: {error}"]
    return [] if read.name else [f"{where}: {purl} has no name"]


def cyclonedx_problems(text, bom):
    version = SchemaVersion.from_version(bom["specVersion"])
    problems = [
        f"schema: {error}"[:400]
        for error in JsonStrictValidator(version).validate_str(text, all_errors=True) or []
    ]
    references = [bom.get("metadata", {}).get("component", {}).get("bom-ref")]
    components = list(bom.get("components", []))
    while components:
        component = components.pop()
        references.append(component.get("bom-ref"))
        components.extend(component.get("components", []))
        if "purl" in component:
            problems += purl_problems(component["purl"], component.get("bom-ref"))
    references = [reference for reference in references if reference]
    known = set(references)
    if len(known) != len(references):
        problems.append("bom-refs are not unique")
    seen = set()
    for entry in bom.get("dependencies", []):
        if entry["ref"] in seen:
            problems.append(f"two dependency entries for {entry['ref']}")
        seen.add(entry["ref"])
        for reference in [entry["ref"], *entry.get("dependsOn", [])]:
            if reference not in known:
                problems.append(f"dependencies name {reference}, which is no component")
    for vulnerability in bom.get("vulnerabilities", []):
        for affected in vulnerability.get("affects", []):
            if affected["ref"] not in known:
                problems.append(f"{vulnerability.get('id')} affects {affected['ref']}, which is no component")
    return problems


def spdx_problems(path, document):
    problems = []
    # The SPDX parser tells by the file name what it reads, and reads `.spdx.json` as JSON.
    if not path.endswith(".json"):
        return ["give the file a name that ends in .spdx.json"]
    try:
        parsed = parse_spdx(path)
    except Exception as error:  # The parser has no common error type.
        return [f"parser: {error}"]
    for message in validate_full_spdx_document(parsed):
        problems.append(f"{message.context.spdx_id}: {message.validation_message}"[:400])
    for package in document.get("packages", []):
        for reference in package.get("externalRefs", []):
            if reference["referenceType"] == "purl":
                problems += purl_problems(reference["referenceLocator"], package["SPDXID"])
    return problems


def timestamp_problems(text):
    try:
        datetime.fromisoformat(text.replace("Z", "+00:00"))
    except (AttributeError, ValueError):
        return [f"{text!r} is no timestamp"]
    return []


def openvex_problems(document):
    problems = [f"unknown key {key}" for key in document.keys() - DOCUMENT_KEYS]
    if document.get("@context") != "https://openvex.dev/ns/v0.2.0":
        problems.append("@context is not that of 0.2.0")
    for key in ("@id", "author"):
        if not isinstance(document.get(key), str) or not document[key]:
            problems.append(f"{key} is missing")
    if not re.match(r"[a-z][a-z0-9+.-]*:\S+$", document.get("@id", "")):
        problems.append("@id is no IRI")
    if not isinstance(document.get("version"), int) or document["version"] < 1:
        problems.append("version is no positive integer")
    problems += timestamp_problems(document.get("timestamp"))
    if not isinstance(document.get("statements"), list):
        return [*problems, "statements is no list"]
    if not document["statements"]:
        problems.append("there is no statement; the schema wants one")
    seen = set()
    for number, statement in enumerate(document["statements"]):
        where = f"statement {number}"
        problems += [f"{where}: unknown key {key}" for key in statement.keys() - STATEMENT_KEYS]
        status = statement.get("status")
        if status not in STATUSES:
            problems.append(f"{where}: status {status!r}")
        reasons = {"justification", "impact_statement"} & statement.keys()
        if len(reasons) != (1 if status == "not_affected" else 0):
            problems.append(f"{where}: {status} with {sorted(reasons)}")
        if ("action_statement" in statement) != (status == "affected"):
            problems.append(f"{where}: action_statement does not go with {status}")
        if statement.get("justification", "component_not_present") not in JUSTIFICATIONS:
            problems.append(f"{where}: justification {statement['justification']!r}")
        name = statement.get("vulnerability", {}).get("name")
        if not name:
            problems.append(f"{where}: no vulnerability name")
        if not statement.get("products"):
            problems.append(f"{where}: no products")
        for product in statement.get("products", []):
            for part in [product, *product.get("subcomponents", [])]:
                purl = part.get("identifiers", {}).get("purl", part.get("@id", ""))
                problems += purl_problems(purl, where)
                key = (name, product.get("@id"), part.get("@id"), part is product)
                if part is not product and key in seen:
                    problems.append(f"{where}: a second statement on {name} in {purl}")
                seen.add(key)
    return problems


def check(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    document = json.loads(text)
    if document.get("bomFormat") == "CycloneDX":
        return cyclonedx_problems(text, document)
    if "spdxVersion" in document:
        return spdx_problems(path, document)
    if "openvex" in str(document.get("@context")):
        return openvex_problems(document)
    return ["neither CycloneDX, SPDX nor OpenVEX"]


def main(paths):
    failed = 0
    for path in paths:
        try:
            problems = check(path)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            problems = [f"{type(error).__name__}: {error}"]
        failed += bool(problems)
        for problem in problems:
            print(f"{path}: {problem}")
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
