#!/usr/bin/env python3
"""Holds runward-guard's reading of command lines against the package managers' own parsers.

Command lines are drawn with a seed from the options that the manager's parser itself knows, in all the ways
they can be written (cut short, attached, after `=`, in clusters, before and after names). The manager's parser
and Runward read each. Where the manager accepts it, Runward must see the same names, files and indexes, or say
that it does not know an option and see all the names (its tables are of several versions, so that an option
cut short can be of two). Lines that the manager refuses are counted and passed over.

  cargo build -p runward-guard --example plans
  PYTHON tools/packages/names-guard.py --plans target/debug/examples/plans [--count 2000] [pip pipx pdm npm]

PYTHON is one with pip, pipx and pdm installed; npm's parser is the `nopt` that comes with npm.
"""

import argparse
import contextlib
import io
import json
import pathlib
import random
import shutil
import subprocess
import sys

NAMES = ["alpha", "beta==1", "gamma>=2,<3", "delta[x]"]
NODE_NAMES = ["alpha", "beta@1", "@scope/gamma@^2", "delta"]


class Refused(Exception):
    pass


def quietly(parse, *arguments):
    """What an option parser returns; it leaves the process where it refuses or prints its help."""
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        try:
            return parse(*arguments)
        except (SystemExit, Exception) as error:
            raise Refused from error


class Manager:
    @staticmethod
    def path(path):
        return path

    @staticmethod
    def indexes(indexes):
        return indexes


class Pip(Manager):
    prefix, names = ["pip", "install"], NAMES

    def __init__(self):
        from pip._internal.commands import create_command
        # A new one for each line: the parser's default lists grow. Isolated: without its settings.
        self.create = lambda: create_command("install", isolated=True)
        parser = self.create().parser
        self.options = [
            (option._short_opts + option._long_opts, option.takes_value())
            for option in parser.option_list_all if option.action not in ("help", "version")
        ]

    def read(self, line):
        options, names = quietly(self.create().parse_args, line)
        index = options.index_url
        return {
            "names": names + options.editables,
            "files": options.requirements + options.constraints,
            "indexes": [index] * (index != "https://pypi.org/simple") + options.extra_index_urls
            + options.find_links,
        }


class Argparse(Manager):
    def found(self, parser):
        self.parser = parser
        self.options = [
            (action.option_strings, action.nargs != 0)
            for action in parser._actions
            if action.option_strings and action.nargs in (None, 0)
            and type(action).__name__ not in ("_HelpAction", "_VersionAction")
        ]


class Pipx(Argparse):
    prefix, names = ["pipx", "install"], NAMES

    def __init__(self):
        from pipx.main import get_command_parser
        top = get_command_parser()
        top = top[0] if isinstance(top, tuple) else top
        subparsers = next(action for action in top._actions if isinstance(action, argparse._SubParsersAction))
        self.found(subparsers.choices["install"])
        # Its value is a command line of its own.
        self.options = [option for option in self.options if "--pip-args" not in option[0]]

    @staticmethod
    def path(path):
        return str(pathlib.PurePath(path))

    @staticmethod
    def indexes(indexes):
        return indexes[-1:]

    def read(self, line):
        options = quietly(self.parser.parse_args, line)
        return {
            "names": options.package_spec + list(options.preinstall or []),
            "files": [str(options.lock)] if getattr(options, "lock", None) else [],
            "indexes": [options.index_url] if options.index_url else [],
        }


class Pdm(Argparse):
    prefix, names = ["pdm", "add"], NAMES

    def __init__(self):
        from pdm.core import Core
        core = Core()
        core.init_parser()
        core.load_plugins()
        subparsers = next(
            action for action in core.parser._actions if isinstance(action, argparse._SubParsersAction)
        )
        self.found(subparsers.choices["add"])

    def read(self, line):
        options = quietly(self.parser.parse_args, line)
        return {
            "names": list(options.packages) + list(options.editables or []),
            "files": list(options.override or []),
            "indexes": [],
        }


class Npm(Manager):
    prefix, names = ["npm", "install"], NODE_NAMES

    SCRIPT = """
      const root = process.argv[1], path = require('path');
      const {definitions, shorthands} = require(path.join(root, 'node_modules/@npmcli/config/lib/definitions'));
      const nopt = require(path.join(root, 'node_modules/nopt'));
      const types = {};
      for (const [name, definition] of Object.entries(definitions)) types[name] = definition.type;
      for (const text of require('fs').readFileSync(0, 'utf8').split('\\n').filter(Boolean)) {
        const line = JSON.parse(text);
        if (line === null) {
          console.log(JSON.stringify({types: Object.fromEntries(Object.entries(types).map(([name, type]) =>
            [name, ![].concat(type).includes(Boolean)])), shorthands: Object.keys(shorthands)}));
        } else {
          const parsed = nopt(types, shorthands, line, 0);
          console.log(JSON.stringify({names: parsed.argv.remain, registry: parsed.registry || null}));
        }
      }"""

    def __init__(self):
        npm = shutil.which("npm")
        if not npm:
            raise Refused("npm is not installed")
        listed = subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=True).stdout.strip()
        self.root = listed + "/npm"
        known = self.ask([None])[0]
        # A flag that may also be a word takes the next argument in some cases only.
        both = {"browser", "color"}
        self.options = [(["--" + name], value) for name, value in known["types"].items() if name not in both]
        self.options += [(["-" + name], False) for name in "DEOPSBgfy" if name in known["shorthands"]]

    def ask(self, lines):
        text = "\n".join(json.dumps(line) for line in lines)
        run = subprocess.run(["node", "-e", self.SCRIPT, self.root], input=text, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in run.stdout.splitlines()]

    @staticmethod
    def indexes(indexes):
        # npm drops what is no URL, and of several the last counts.
        return [index for index in indexes if "://" in index][-1:]

    def read_all(self, lines):
        for found in self.ask(lines):
            registry = found["registry"]
            yield {"names": found["names"], "files": [], "indexes": [registry] if registry else []}


def value(rng, names):
    # Also the names of registries are URLs, so that npm's parser keeps them.
    return rng.choice(["file.txt", "https://example.org/simple", "./dir", "1", "word"])


def draw(rng, manager):
    line = []
    for _ in range(rng.randrange(6)):
        spellings, takes_value = rng.choice(manager.options)
        option = rng.choice(spellings)
        if option.startswith("--") and len(option) > 6 and rng.random() < 0.2:
            option = option[: rng.randrange(5, len(option))]
        if not takes_value:
            line.append(option)
        elif option.startswith("--") and rng.random() < 0.4:
            line.append(f"{option}={value(rng, manager.names)}")
        elif len(option) == 2 and rng.random() < 0.4 and manager.prefix[0] != "npm":
            line.append(option + value(rng, manager.names))
        else:
            line += [option, value(rng, manager.names)]
        if rng.random() < 0.4:
            line.append(rng.choice(manager.names))
    if rng.random() < 0.2:
        line.append("--")
    line += [rng.choice(manager.names) for _ in range(rng.randrange(1, 3))]
    return line


def compare(manager, plans, count, seed):
    rng = random.Random(seed)
    lines = [draw(rng, manager) for _ in range(count)]
    if hasattr(manager, "read_all"):
        theirs = list(manager.read_all(lines))
    else:
        theirs = []
        for line in lines:
            try:
                theirs.append(manager.read(line))
            except Refused:
                theirs.append(None)
    text = "\n".join(json.dumps(manager.prefix + line) for line in lines)
    run = subprocess.run([plans], input=text, capture_output=True, text=True, check=True)
    ours = [json.loads(line) for line in run.stdout.splitlines()]
    alike, doubted, different = 0, 0, []
    for line, one, other in zip(lines, theirs, ours, strict=True):
        if one is None:
            continue
        found = {
            "names": [requested["written"] for requested in other["requested"]],
            "files": [manager.path(file["path"]) for file in other["files"]],
            "indexes": manager.indexes([index["location"] for index in other["indexes"]]),
        }
        # A value that is no requirement is told, and was seen.
        found["names"] += [
            doubt.split("`")[1] for doubt in other["uncertain"] if "is not a requirement" in doubt
        ]
        unknown = [doubt for doubt in other["uncertain"] if "is not a known option" in doubt]
        # Of an option that is given twice some managers take the last; all of them are told.
        places = all(set(one[key]) <= set(found[key]) for key in ("files", "indexes"))
        if places and sorted(found["names"]) == sorted(one["names"]):
            alike += 1
        elif unknown and not set(one["names"]) - set(found["names"]):
            doubted += 1
        else:
            different.append((line, one, found, unknown))
    print(
        f"{manager.prefix[0]}: of {count} command lines {theirs.count(None)} refused by it, {alike} read alike, "
        f"{doubted} told as uncertain with all names seen, {len(different)} read otherwise"
    )
    for line, one, found, unknown in different[:5]:
        print(f"  {' '.join(line)}\n    it: {one}\n    we: {found} {unknown}")
    return not different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", required=True, help="the built example `plans`")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("managers", nargs="*", default=["pip", "pipx", "pdm", "npm"])
    arguments = parser.parse_args()
    alike = True
    for name in arguments.managers:
        try:
            manager = {"pip": Pip, "pipx": Pipx, "pdm": Pdm, "npm": Npm}[name]()
        except (ImportError, Refused) as error:
            print(f"skipped: {name}: {error}")
            continue
        alike &= compare(manager, arguments.plans, arguments.count, arguments.seed)
    sys.exit(not alike)


if __name__ == "__main__":
    main()
