#!/usr/bin/env python3
"""Sources that want to bring a scan down: huge, deep, repeated, cut off, or no text at all.

    python tools/code/check-hostile.py --runward target/release/runward
        [--full] [--language python …] [--seconds N] [--megabytes N] [--keep DIR] [--list]

Makes such files for each language in a directory of its own and scans them, with rules that make
every file be parsed. Each scan must end by itself with 0, 1 or 4, in bounded time and memory, and
every file must be either analysed (its first line has something that a rule finds) or told as not
covered. Where files together take too long, each is scanned alone to find out which. With `--full`
lines are 10 MB and repeated tokens 1 MB, which takes many minutes; else a tenth of that. Ends with 1
if something is wrong.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MB = 1 << 20
DEEP = 5_000
# Bytes of a long line, and of anything else that is repeated.
FULL = (10 * MB, MB)
QUICK = (MB, MB // 8)
ALLOWED = {0, 1, 4}

# Language: the ending of its files, a first line that its rule finds, and that rule's patterns.
LANGUAGES = {
    "python": (".py", "canary(1)\n", ["canary(...)", "$F(..., $X, ...)", "$X = $Y", "if $C:\n    ..."]),
    "javascript": (".js", "canary(1);\n", ["canary(...)", "$F(..., $X, ...)", "$X = $Y", "if ($C) {...}"]),
    "typescript": (".ts", "canary(1);\n", ["canary(...)", "$F(..., $X, ...)", "$X = $Y", "if ($C) {...}"]),
    "json": (".json", "", ['"canary": $X', '"$K": [..., $X, ...]']),
    "yaml": (".yaml", "canary: 1\n", ["canary: $X", "$K: [..., $X, ...]"]),
    "dockerfile": (".dockerfile", "FROM canary\n", ["FROM canary", "RUN $X", "... | $Y"]),
    "bash": (".sh", "canary 1\n", ["canary ...", "... | $Y", "if $C; then ...; fi"]),
    "terraform": (".tf", "canary = 1\n", ["canary = $X", "$T $N { ... $K = $V ... }", "[..., $X, ...]", "$F(...)"]),
    "generic": (".txt", "canary 1\n", ["canary $X", "$X secret ... $Y"]),
    "regex": (".log", "canary 1\n", []),
}
REGEXES = ["canary", r"(a+)+b", r"\s+$", r"(?:x|y|xy)*z", r"(.*),(.*);(.*)!"]

# What opens and closes a level, and what is in the innermost one.
NESTED = {
    "python": [
        ("(", ")", "1"), ("[", "]", "1"), ("{", "}", "1"), ("{1:", "}", "1"), ("f(", ")", "1"),
        ("x[", "]", "1"), ("-", "", "1"), ("not ", "", "x"), ("~", "", "1"), ("await ", "", "x"),
        ("lambda: ", "", "1"), ("1 if x else ", "", "1"), ("1 + ", "", "1"), ("2 ** ", "", "1"),
        ("x and ", "", "x"), ("x < ", "", "x"), ("x = ", "", "1"), ("*", "", "x"), ("x", "", ".a"),
        ("x", "(0)", ""), ("(x := ", ")", "1"), ("[x for x in ", "]", "y"), ("f'{", "}'", "1"),
        ("f\"{f'{", "}'}\"", "1"), ("(yield ", ")", "1"), ("@x\n", "def f(): pass", ""),
    ],
    "javascript": [
        ("(", ")", "1"), ("[", "]", "1"), ("({a:", "})", "1"), ("f(", ")", "1"), ("x[", "]", "1"),
        ("{", "}", ""), ("-", "", "1"), ("!", "", "x"), ("typeof ", "", "x"), ("new ", "", "X"),
        ("x => ", "", "1"), ("x ? 1 : ", "", "1"), ("x ? ", ": 1", "1"), ("1 + ", "", "1"),
        ("2 ** ", "", "1"), ("x = ", "", "1"), ("x ?? ", "", "1"), ("`${", "}`", "1"),
        ("<a>", "</a>", "x"), ("<a b={", "}/>", "1"), ("<>", "</>", "x"), ("a: ", "", ";"),
        ("if (x) ", "", ";"), ("if (x) ; else ", "", ";"), ("for (;;) ", "", ";"),
        ("while (x) ", "", ";"), ("do ", " while (x);", ";"), ("with (x) ", "", ";"),
        ("function f() {", "}", ""), ("class A { static {", "}}", ""), ("try {", "} finally {}", ""),
        ("switch (x) { default: ", "}", ""), ("(function () {", "})()", ""), ("[x,", "] = y", "z"),
        ("x?.", "", "y"), ("x", "()", ""), ("async () => await ", "", "x"), ("import(", ")", "x"),
        ("x`${", "}`", "1"),
    ],
    "typescript": [
        ("(", ")", "1"), ("<T>", "", "x"), ("let x: A<", ">", "B"), ("let x: (", ")", "B"),
        ("let x: [", "]", "B"), ("type X = {a: ", "}", "B"), ("type X = B extends C ? D : ", "", "E"),
        ("type X = () => ", "", "E"), ("type X = keyof ", "", "E"), ("type X = A | ", "", "E"),
        ("namespace a {", "}", ""), ("x as ", "", "T"), ("x!", "", ""), ("f<", ">()", "A"),
        ("enum A { a = ", "}", "1"), ("let x: `${", "}`", "A"), ("abstract class A {", "}", ""),
    ],
    "json": [("[", "]", "1"), ('{"a":', "}", "1"), ("-", "", "1"), ('[{"a":[', "]}]", "1")],
    "yaml": [
        ("[", "]", "1"), ("{a: ", "}", "1"), ("- ", "", "1"), ("? ", "", "1"), ("!!a ", "", "1"),
        ("&a ", "", "1"), ("{? ", "}", "1"), ("[{a: ", "}]", "1"),
    ],
    "dockerfile": [
        ("RUN (", ")", "a"), ("RUN $(", ")", "a"), ("ONBUILD ", "", "RUN a"), ("RUN { ", "; }", "a"),
        ("COPY [", "]", '"a"'), ("ENV a=${a:-", "}", "b"), ("HEALTHCHECK CMD ", "", "a"),
        ("RUN a \\\n", "", "b"), ("RUN a | ", "", "b"), ("RUN if a; then ", "; fi", "b"),
    ],
    "bash": [
        ("(", ")", "a"), ("$(", ")", "a"), ("{ ", "; }", "a"), ("`", "`", "a"), ("\"$(", ")\"", "a"),
        ("${a:-", "}", "b"), ("$((", "))", "1"), ("((", "))", "1"), ("[[ ( ", " ) ]]", "a"),
        ("if a; then ", "; fi", "b"), ("while a; do ", "; done", "b"), ("for a in b; do ", "; done", "c"),
        ("case a in b) ", ";; esac", "c"), ("f() { ", "; }", "a"), ("! ", "", "a"), ("a | ", "", "b"),
        ("a && ", "", "b"), ("<(", ")", "a"), ("a=(", ")", "b"), ("cat <<E\n", "\nE", "a"),
        ("${a[", "]}", "1"), ("a <<< $(", ")", "b"), ("if a; then b; elif ", "; fi", "c; then d"),
        ("select a in b; do ", "; done", "c"), ("until a; do ", "; done", "b"),
    ],
    "terraform": [
        ("a {\n", "}\n", ""), ("a = [", "]", "1"), ("a = {b = ", "}", "1"), ("a = (", ")", "1"), ("a = f(", ")", "1"),
        ("a = \"${", "}\"", "1"), ("a = x[", "]", "1"), ("a = -", "", "1"), ("a = b ? ", " : 1", "1"),
        ("a = [for x in ", " : x]", "y"), ("a = 1 + ", "", "1"), ("a = <<E\n${", "}\nE", "1"), ("a = x", "", ".b"),
    ],
    "generic": [("(", ")", "a"), ("[", "]", "a"), ("{", "}", "a"), ("secret ", "", "a")],
    "regex": [("(", ")", "a"), ("a", "", "a"), ("x", "y", ""), ("a,", ";", "")],
}
# Levels that are lines, each a space deeper than the one before.
INDENTED = {
    "python": ["if x:", "for x in y:", "while x:", "def f():", "class A:", "try:", "with x:",
               "match x:", "async def f():"],
    "yaml": ["a:", "-"],
    "generic": ["a"],
}
TOKENS = {
    "": ["(", "[", "{", ")", "]", "}", "()", "[]", "{}", ",", ";", ":", ".", "..", "...", "<", ">",
         "<<", ">>", "=", "==", "\"", "'", "`", "\"\" ", "'' ", "\\", "\\\n", "/", "//", "/*", "*/", "/**/",
         "#", "# \n", "@", "!", "-", "--", "+", "++", "~", "|", "||", "&", "&&", "$", "$(", "${", "$((",
         "%", "^", "*", "**", "?", "=>", "->", "a", "a ", "a\n", "a,", "a;", "a.", "a=", "1", "1 ", "0x",
         "\n", "\r", "\r\n", "\t", " ", "\f", "\x0b", "\u2028", "\u00a0", "\u0301", "\U0001f600", "_"],
    "python": ["if ", "else:\n", "elif x:\n", "for ", "def f():\n", "class A:\n", "lambda ", "not ",
               "in ", "is ", "\"\"\"", "'''", "f\"", "f'{", "async ", "await ", "@a\n", "print ",
               "import a\n", "from a import ", "global ", "return ", "yield ", "x = 1\n", "f(1)\n"],
    "javascript": ["<a>", "</a>", "<a ", "<!--", "-->", "<>", "function ", "class A {", "async ",
                   "await ", "yield ", "new ", "return ", "/a/ ", "x => ", "${", "`${", "case ",
                   "import a;", "export ", "let a;", "if (", "else ", "?.", "#a", "0n", "f(1);\n"],
    "typescript": ["<T>", "type A = ", "enum ", "declare ", "namespace ", "as ", "!:", "A<", "keyof ",
                   "interface A {", "abstract ", "@a() ", "let a: A;\n"],
    "json": ["null", "\"a\":", "{\"a\":", "[1,", "\\u0000", "\"\\ud800\",", "true "],
    "yaml": ["- ", "a: ", "a: b\n", "- a\n", "? ", "&a ", "*a ", "!a ", "---\n", "...\n", "|\n", ">\n",
             "%A\n", "<<: *a\n", "- &a a\n", "{a: b}, ", "[a], "],
    "dockerfile": ["FROM a\n", "RUN a\n", "RUN ", "RUN <<E\n", "ENV a=b\n", "ENV a=b ", "LABEL a=b ",
                   "COPY a b\n", "COPY <<E b\n", "ARG a\n", "ONBUILD ", "# a\n", "RUN a && \\\n", "SHELL [",
                   "EXPOSE 1 ", "HEALTHCHECK "],
    "bash": ["if ", "then ", "fi\n", "do ", "done\n", "case ", "esac\n", ";;", "a | ", "a && ", "a &\n",
             "<<E\n", "cat <<E\nE\n", "$a ", "${a}", "$(a)", "`a`", "a=b ", "a=b\n", "function ",
             "f() ", "[ a ]\n", "[[ ", "(( ", "a > b\n", "<<<", "2>&1 ", "{a,b}", "a > b", "time ",
             "coproc ", "select ", "a() (b)\n"],
    "terraform": ["a = ", "a = 1\n", "a {\n", "a \"b\" {\n", "a {}\n", "${", "%{", "%{ if a }", "<<E\n", "<<-E\n",
                  "[for a in b : ", "for ", " in ", " => ", "a ? b : ", "a[*]", ".*", "\"${a}\" ", "&& ", "::", "...a"],
    "generic": ["secret ", "canary ", "a secret\n", "    a\n"],
    "regex": ["canary", "ab", "xy", "a,b;", "a "],
}
CUT_OFF = {
    "python": ["x = '", "x = \"", "x = '''", "x = f'''{", "x = (", "x = [1,", "def f(", "if x", "x = '\\",
               "class A:\n", "x = f'{x", "@", "x = 0x", "  x = 1\n x"],
    "javascript": ["x = '", "x = \"", "x = `", "x = `${", "/* ", "x = /a", "x = /[", "f(", "{", "<a", "<a>",
                   "<a b=\"", "class A {", "x = '\\", "x = '\\u{", "switch (x) {", "if (", "x ="],
    "typescript": ["let x: A<", "type X = {", "x as", "enum A {", "/* ", "let x: '"],
    "json": ["{\"a\": \"", "[1,", "{\"a\"", "{\"a\":", "\"\\", "\"\\u12", "/* ", "// "],
    "yaml": ["a: \"", "a: '", "a: [1,", "a: {b: ", "a: &", "a: *", "a: !<", "a: |", "? ", "a: \"\\x", "%YAML"],
    "dockerfile": ["RUN <<E\na\n", "RUN \"", "RUN a \\", "COPY <<E b\n", "RUN [\"a\"", "RUN $(", "ENV a=\"",
                   "FROM", "RUN `"],
    "bash": ["x=\"", "x='", "cat <<E\na\n", "cat <<'E'\na\n", "$(", "${", "`", "((", "[[ ", "if a", "case a in",
             "f() {", "x=(", "a |", "a \\", "cat <<", "$((1"],
    "terraform": ["a = \"", "a = <<E\nb\n", "a = [", "a = {", "a = f(", "a {", "a = \"${", "a =", "a \"b", "a = b ?",
                  "/* ", "a = [for", "a = b.", "a = b["],
    "generic": ["a (", "a \""],
    "regex": ["a"],
}
# Whole files of bytes; `%` is where the first line goes.
RAW = {
    "nul": b"%a\0b\n\0\0\0\n" + b"\0" * 100_000,
    "nul-first": b"\0%",
    "bom": b"\xef\xbb\xbf%",
    "bom-twice": b"\xef\xbb\xbf\xef\xbb\xbf%",
    "bom-inside": b"%\xef\xbb\xbfa\n",
    "surrogates": b"%\xed\xa0\x80\xed\xb0\x80\n" * 1000,
    "surrogate-escapes": b"%\"\\ud800\"\n",
    "no-utf-8": b"%\xff\xfe\x80\xc3(\n",
    "latin-1": b"%# \xe4\xf6\xfc\n",
    "utf-16": "canary(1)\n".encode("utf-16"),
    "overlong": b"%\xc0\xaf\xf8\x88\x80\x80\x80\n",
    "control": b"%" + bytes(range(1, 32)) * 1000,
    "empty": b"",
    "noise": bytes((i * i * 31 + i // 7) % 256 for i in range(200_000)),
}


def rules():
    made = []
    for language, (_, _, patterns) in LANGUAGES.items():
        base = {"message": "found", "severity": "INFO", "languages": [language]}
        for index, pattern in enumerate(patterns):
            made.append({**base, "id": f"{language}-{index}", "pattern": pattern})
    for index, regex in enumerate(REGEXES):
        made.append({"id": f"regex-{index}", "message": "found", "severity": "INFO",
                     "languages": ["regex"], "pattern-regex": regex,
                     "paths": {"include": ["*.log"]}})
    for rule in made:
        if rule["id"].startswith("generic-"):
            rule["paths"] = {"include": ["*.txt"]}
    for language in ("python", "javascript"):
        made.append({"id": f"{language}-taint", "message": "found", "severity": "INFO",
                     "languages": [language], "mode": "taint",
                     "pattern-sources": [{"pattern": "a"}, {"pattern": "source(...)"}],
                     "pattern-sinks": [{"pattern": "f($X)"}]})
    return {"rules": made}


def long_lines(language, size):
    """Files of one line, of as many bytes."""
    pieces = {
        "python": ["x=1;", "f(1);", "x,", "1+", "'a' ", "x.", "f('a',"],
        "javascript": ["x=1;", "f(1);", "x,", "1+", "'a'+", "{};", "f('a',"],
        "typescript": ["let x:A=1;", "f(1);", "x!,", "type A=B;"],
        "json": ["1,", "{\"a\":1},", "\"a\":1,"],
        "yaml": ["a, ", "{a: b}, ", "a b "],
        "dockerfile": ["a && ", "a ", "a;", "a | "],
        "bash": ["a;", "a ", "a && ", "a | ", "$a", "x=1 "],
        "terraform": ["a=1 ", "a{} ", "a,", "a+", "\"a\" ", "${a}", "a."],
        "generic": ["a ", "a", "secret ", "a;"],
        "regex": ["a", "a ", "x", "a,b;"],
    }[language]
    start = {"json": "[", "yaml": "x: [", "dockerfile": "RUN "}.get(language, "")
    for piece in [*pieces, "a", "(", "\""]:
        yield f"one line of {piece!r}", start + piece * (size // len(piece))


def cases(language, sizes):
    """Groups of files: a name, the bytes, and whether the file has to be told as not covered."""
    line, size = sizes
    _, first, _ = LANGUAGES[language]

    def text(name, body, told=False):
        return name, (first + body).encode(), told

    yield "long", (text(name, body) for name, body in long_lines(language, line))
    yield "nested", (text(name, body) for name, body in nested(language, size))
    tokens = TOKENS[""] + TOKENS[language]
    if language == "typescript":
        tokens = tokens + TOKENS["javascript"]
    yield "tokens", (text(f"many {token!r}", token * (size // len(token.encode()))) for token in tokens)
    sure = language in ("python", "javascript", "typescript", "json")
    yield "cut off", (text(f"cut off {body!r}", body, sure and not body.startswith(("//", "  ")))
                      for body in CUT_OFF[language])
    yield "cut off long", (text(f"cut off {body!r} long", body + "a b\n" * (size // 4))
                           for body in CUT_OFF[language])
    raw = [(name, body.replace(b"%", first.encode(), 1), False) for name, body in RAW.items()]
    if language == "bash":
        # The second one is a part of the command's name, there as in the shell.
        raw = [one for one in raw if one[0] != "bom-twice"]
    raw.append(("carriage returns", (first * 1000).replace("\n", "\r").encode(), False))
    yield "bytes", raw


def nested(language, size):
    """Names and texts of levels that are closed, that stay open, and that are far more of them."""
    for opening, closing, inside in NESTED[language]:
        yield f"nested {opening!r}", opening * DEEP + inside + closing * DEEP + "\n"
        yield f"nested {opening!r} open", opening * DEEP + inside + "\n"
        yield f"nested {opening!r} far", opening * (size // len(opening)) + inside + "\n"
    for head in INDENTED.get(language, []):
        lines = [" " * level + head for level in range(DEEP)]
        yield f"indented {head!r}", "\n".join([*lines, " " * DEEP + "x"]) + "\n"


class Runner:
    def __init__(self, program, rules, seconds, megabytes):
        self.program, self.rules = program, rules
        self.seconds, self.megabytes = seconds, megabytes

    def limits(self):
        space = 4 * self.megabytes * MB
        resource.setrlimit(resource.RLIMIT_AS, (space, space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        limit = int(20 * self.seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))

    def scan(self, directory):
        """Status, seconds of processor time, megabytes and the JSON of one scan."""
        command = [self.program, "scan", "--only", "code", "--no-cache", "--no-ignore", "--no-store",
                   "--jobs", "1", "--rules", self.rules, "--format", "json", directory]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=errors, preexec_fn=self.limits)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0), errors.seek(0)
            seconds = usage.ru_utime + usage.ru_stime
            report, said = output.read(), errors.read().decode(errors="replace")
        try:
            found = json.loads(report)
        except json.JSONDecodeError:
            found = None
        return process.returncode, seconds, usage.ru_maxrss / 1024, found, said


def judge(runner, directory, files):
    """What is wrong with a scan of these files: paths below the directory to name and `told`."""
    status, seconds, megabytes, found, said = runner.scan(directory)
    if status not in ALLOWED or found is None:
        ended = signal.Signals(-status).name if status < 0 else status
        return [f"ended with {ended}: {said.strip()[-300:]}"], f"{seconds:.1f} s"
    wrong = []
    if seconds > runner.seconds * max(1, len(files) / 8):
        wrong.append(f"took {seconds:.1f} s")
    if megabytes > runner.megabytes:
        wrong.append(f"took {megabytes:.0f} MB")
    told = {entry["path"] for entry in found["not_covered"]}
    analysed = {path for path in files if mentions(found, path)}
    for path, (name, must_tell) in files.items():
        if path not in told and (must_tell or path not in analysed):
            wrong.append(f"{name} is not told as not covered" if must_tell
                         else f"{name} is neither analysed nor told")
    summary = (f"{len(files)} files, {len(analysed)} analysed, {len(told)} told as not covered, "
               f"{seconds:.1f} s, {megabytes:.0f} MB")
    return wrong, summary


def mentions(found, path):
    places = found.setdefault("_places", None)
    if places is None:
        places = set()
        for finding in found["findings"]:
            places.update(location_paths(finding))
        found["_places"] = places
    return path in places


def location_paths(finding):
    location = finding.get("location") or {}
    if location.get("path"):
        yield location["path"]
    for place in finding.get("locations") or []:
        if place.get("path"):
            yield place["path"]


def check(runner, root, language, group, made):
    """Scans a group, then each file alone where the group is not as it should be."""
    ending, first, _ = LANGUAGES[language]
    place = root / language / group.replace(" ", "-")
    place.mkdir(parents=True)
    files = {}
    for index, (name, body, told) in enumerate(made):
        path = f"{index:03}{ending}"
        (place / path).write_bytes(body)
        # Nothing can be found in what has no first line; only that the scan ends counts there.
        files[path] = (name, told, first in body.decode(errors="replace").replace("\r", "\n"))
    expected = {path: (name, told) for path, (name, told, can_find) in files.items()
                if first and (told or can_find)}
    wrong, summary = judge(runner, place, expected)
    if not wrong or all("told" in line for line in wrong):
        return wrong, summary
    single = []
    for path, (name, told, _) in files.items():
        alone = root / "alone"
        alone.mkdir(exist_ok=True)
        target = alone / path
        os.rename(place / path, target)
        one = {path: (name, told)} if path in expected else {}
        lines, _ = judge(runner, alone, one)
        single += [f"{name}: {line}" for line in lines]
        target.unlink()
    return single or wrong, summary


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runward", required=True)
    parser.add_argument("--full", action="store_true", help="of full size; takes many minutes")
    parser.add_argument("--language", action="append", choices=list(LANGUAGES))
    parser.add_argument("--group", action="append", help="only groups of this name")
    parser.add_argument("--seconds", type=float, default=4, help="processor time for one file")
    parser.add_argument("--megabytes", type=int, default=1500, help="memory for one scan")
    parser.add_argument("--keep", type=Path, help="make the files here, and leave them")
    parser.add_argument("--list", action="store_true", help="say what became of each group")
    arguments = parser.parse_args()
    bad = groups = 0
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        root = arguments.keep or Path(temporary)
        root.mkdir(parents=True, exist_ok=True)
        rule_file = root / "rules.json"
        rule_file.write_text(json.dumps(rules()))
        runner = Runner(Path(arguments.runward).resolve(), rule_file, arguments.seconds, arguments.megabytes)
        for language in arguments.language or LANGUAGES:
            for group, made in cases(language, FULL if arguments.full else QUICK):
                if arguments.group and group not in arguments.group:
                    continue
                groups += 1
                wrong, summary = check(runner, root, language, group, made)
                if arguments.list:
                    print(f"{language} {group}: {summary}", flush=True)
                for line in wrong:
                    bad += 1
                    print(f"{language} {group}: {line}", flush=True)
                if not arguments.keep:
                    for path in (root / language / group.replace(" ", "-")).glob("*"):
                        path.unlink()
    print(f"{groups} groups, {bad} wrong, {time.perf_counter() - started:.0f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
