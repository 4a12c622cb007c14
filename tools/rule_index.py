"""Writes the index of the rule pages, and lists the pages in the book.

    runward rules list --format json | python3 tools/rule_index.py

Called by tools/generate-docs, after the pages are written to docs/rules/.
"""

import json
import re
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
HEAD = """# Rules

The rules of the packs that come with Runward, each with a page of its own. `runward rules show ID` shows the
same, `runward scan --only code --rules PACK` runs one pack. How rules are chosen and findings silenced:
[Code](code.md).
"""


def cell(text):
    return text.replace("|", "\\|")


def index(packs):
    parts = [HEAD]
    for pack, rules in packs.items():
        parts.append(f"\n## {pack}\n\n{len(rules)} rules.\n\n| rule | severity | what | Bandit |\n"
                     "|---|---|---|---|\n")
        for rule in rules:
            link = f"[{rule['id']}](rules/{pack}/{rule['id']}.md)"
            bandit = ", ".join(name.removeprefix("bandit:") for name in rule["bandit"]) or "–"
            parts.append(f"| {link} | {rule['severity']} | {cell(rule['title'])} | {bandit} |\n")
    return "".join(parts)


def summary(text, packs):
    """The pages of rules below the index; those of an earlier run are replaced."""
    text = re.sub(r"^ +- \[[^\n]*\]\(rules/[^\n]*\)\n", "", text, flags=re.MULTILINE)
    pages = "".join(f"  - [{rule['id']}](rules/{pack}/{rule['id']}.md)\n"
                    for pack, rules in packs.items() for rule in rules)
    line = "- [Rules](rules.md)\n"
    assert line in text, "docs/SUMMARY.md does not list rules.md"
    return text.replace(line, line + pages)


def main():
    packs = {}
    for rule in json.load(sys.stdin)["rules"]:
        packs.setdefault(rule["source"], []).append(rule)
    for rules in packs.values():
        rules.sort(key=lambda rule: rule["id"])
    (DOCS / "rules.md").write_text(index(packs))
    book = DOCS / "SUMMARY.md"
    book.write_text(summary(book.read_text(), packs))


if __name__ == "__main__":
    main()
