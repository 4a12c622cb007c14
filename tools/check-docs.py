"""Checks that the book lists every page, that links between pages lead somewhere, and that every
event type and every JSON document of the program is described."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)]*))?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def anchors(page):
    """The anchors of a page's headings, as mdBook and GitHub make them."""
    text = FENCE.sub("", page.read_text())
    found = set()
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"[`*]", "", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = 0
        while (numbered := anchor if count == 0 else f"{anchor}-{count}") in found:
            count += 1
        found.add(numbered)
    return found


def main():
    failed = passed = 0

    def check(holds, problem):
        nonlocal failed, passed
        if holds:
            passed += 1
        else:
            failed += 1
            print(f"FAIL  {problem}")

    summary = (ROOT / "docs" / "SUMMARY.md").read_text()
    for page in sorted((ROOT / "docs").rglob("*.md")):
        name = page.relative_to(ROOT / "docs")
        if page.name == "SUMMARY.md":
            continue
        listed = f"({name})" in summary or f"(./{name})" in summary
        check(listed, f"docs/SUMMARY.md does not list {name}")

    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("crates/*/README.md")]
    for page in sorted(pages):
        for target, anchor in LINK.findall(FENCE.sub("", page.read_text())):
            if "://" in target or target.startswith("mailto:"):
                continue
            name = page.relative_to(ROOT)
            file = page.parent / target if target else page
            check(file.exists(), f"{name} links to {target}, which does not exist")
            if anchor and file.suffix == ".md" and file.exists():
                check(anchor in anchors(file), f"{name} links to {target}#{anchor}, which is no heading")

    model = (ROOT / "crates/runward-model/src/event.rs").read_text()
    types = re.findall(r'^    [A-Z]\w+ = "([a-z_]+)",', model, re.MULTILINE)
    check(types, "no event types were found in crates/runward-model/src/event.rs")
    events = (ROOT / "docs" / "events.md").read_text()
    for name in types:
        check(f"`{name}`" in events, f"docs/events.md does not describe the event type {name}")

    described = (ROOT / "docs" / "json.md").read_text()
    sources = [
        source
        for crate in ("runward", "runward-report", "runward-ops", "runward-audit")
        for source in (ROOT / "crates" / crate / "src").rglob("*.rs")
    ]
    for document in sorted({
        name
        for source in sources
        for name in re.findall(r'"(runward\.[a-z][a-z-]+/\d+)"', source.read_text())
    }):
        check(f"`{document}`" in described, f"docs/json.md does not describe {document}")

    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
