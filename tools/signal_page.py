"""Writes the page of all signals from `runward package signals --format json`, which it reads from standard input."""

import json
import sys


def weight(number):
    return f"{number:g}"


def section(signal):
    when = signal["when"]
    if when and len(set(when.values())) > 1:
        told = ", ".join(f"{weight(number)} {words}" for number, words in
                         ((when["install"], "at installation"), (when["import"], "when imported"),
                          (when["library"], "when called")))
    else:
        told = weight(signal["weight"])
    lines = [f"### {signal['id']}", "", f"**{signal['title']}.** Weight {told}.", "", signal["why"]]
    if signal["what_to_do"]:
        lines += ["", f"*What to do:* {signal['what_to_do']}"]
    return "\n".join(lines) + "\n"


def main():
    signals = json.load(sys.stdin)["signals"]
    of_files = [signal for signal in signals if signal["when"]]
    others = [signal for signal in signals if not signal["when"]]
    print("# Signals\n\nWhat speaks against a package, and how much of the way to 10 it takes when it stands alone. How "
          "scores come about:\n[Packages](packages.md#the-verdict).\n\n## Of names, registries and advisories\n")
    print("\n".join(map(section, others)))
    print("## Of files\n\nWhat `package inspect` sees, without running anything.\n")
    print("\n".join(map(section, of_files)), end="")


if __name__ == "__main__":
    main()
