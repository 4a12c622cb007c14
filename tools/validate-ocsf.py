#!/usr/bin/env python3
"""Validates OCSF events (JSON lines, from files or standard input) against the published schema.

    pip install -r tools/ocsf-requirements.txt
    cargo run -q -p runward-audit --example samples -- ocsf | tools/validate-ocsf.py

Beside the JSON schema of each class (required attributes, types, constraints, enumerations) it
checks what that cannot say: that `type_uid` belongs to class and activity, that captions belong to
their numbers, and that the class belongs to its category. Exit code 1 where an event is wrong.
"""

import json
import sys

from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

CAPTIONS = ["class", "category", "activity", "severity", "status", "action", "disposition"]


def captions(event, attributes):
    for name in CAPTIONS:
        number = event.get(f"{name}_id", event.get(f"{name}_uid"))
        caption = event.get(name, event.get(f"{name}_name"))
        attribute = attributes.get(f"{name}_id") or attributes.get(f"{name}_uid")
        if number is None or not attribute:
            continue
        known = attribute.get("enum", {}).get(str(number))
        if known is None:
            yield f"{name}: {number} is no value of the class"
        elif number != 99 and caption is not None and caption != known["caption"]:
            yield f"{name}: {number} is `{known['caption']}` and not `{caption}`"
        elif number == 99 and not caption:
            yield f"{name}: 99 needs a name"


def problems(event, schemas, raw, cache):
    uid, profiles = event["class_uid"], tuple(event["metadata"].get("profiles", []))
    if (uid, profiles) not in cache:
        name = schemas.lookup_class_name_from_uid(uid)
        schema = schemas.get_class_schema(class_name=name, profiles=list(profiles))
        cache[uid, profiles] = (Draft202012Validator(schema), raw["classes"][name])
    validator, of = cache[uid, profiles]
    for error in validator.iter_errors(event):
        yield f"{'/'.join(map(str, error.absolute_path)) or 'event'}: {error.message[:200]}"
    if event["type_uid"] != uid * 100 + event["activity_id"]:
        yield f"type_uid: {event['type_uid']} is not that of the class and activity"
    if event["metadata"]["version"] != raw["version"]:
        yield f"metadata/version: {event['metadata']['version']} is not {raw['version']}"
    yield from captions(event, of["attributes"])


def main():
    raw = get_ocsf_schema(version="1.8.0")
    schemas, cache = OcsfJsonSchemaEmbedded(raw), {}
    files = [open(name, encoding="utf-8") for name in sys.argv[1:]] or [sys.stdin]
    count, wrong, classes = 0, 0, set()
    for file in files:
        for line in file:
            event = json.loads(line)
            count += 1
            classes.add(event.get("class_uid"))
            for problem in problems(event, schemas, raw, cache):
                wrong += 1
                print(f"{event['metadata'].get('event_code')}: {problem}")
    print(f"{count} events of {len(classes)} classes, {wrong} problems")
    return 1 if wrong or not count else 0


if __name__ == "__main__":
    sys.exit(main())
