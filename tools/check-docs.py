"""Checks that the book lists every page and that links between pages lead somewhere."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main():
    failed = passed = 0
    summary = (ROOT / "docs" / "SUMMARY.md").read_text()
    for page in sorted((ROOT / "docs").glob("*.md")):
        if page.name == "SUMMARY.md":
            continue
        if f"({page.name})" in summary or f"(./{page.name})" in summary:
            passed += 1
        else:
            failed += 1
            print(f"FAIL  docs/SUMMARY.md does not list {page.name}")
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("crates/*/README.md")]
    for page in sorted(pages):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
            if "://" in target or target.startswith("mailto:"):
                continue
            if (page.parent / target).exists():
                passed += 1
            else:
                failed += 1
                print(f"FAIL  {page.relative_to(ROOT)} links to {target}, which does not exist")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
