#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What documents show is so: examples are the compiled ones, outputs and pictures the program's.

    check_docs.py PROGRAM [RULE...]     prints PATH:LINE: what is wrong; exits 1 if anything is
    check_docs.py PROGRAM --update      writes what is so into documents and pictures
    check_docs.py --list                the names of the rules

Marks stand in the line before a fenced block:

    <!-- FILE [REGION] -->    the block is a copy of that region of a file, //! [REGION]; without
                              a region, of the whole file
    <!-- save FILE -->        the block is saved under that name, for the commands below it

A block ```console has commands behind `$ `, each followed by all that it prints. Those of a
document run one after the other in a directory of their own, which has links to docs, examples and
tests; `vitals` is PROGRAM, and `cocaine_day` an example beside it. Blanks at the ends of lines do
not matter.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs/pictures"
BLOCK = re.compile(r"^(?:<!-- (?P<mark>[^\n]*) -->\n)?```(?P<language>\w*)\n(?P<inside>.*?)^```$",
                   re.MULTILINE | re.DOTALL)
END_OF_COMMAND = "\x1e"


class Document:
    def __init__(self, path):
        self.path = path
        self.name = path.relative_to(ROOT)
        self.text = path.read_text(encoding="utf-8")
        self.corrections = []  # (block, what should be inside)

    def blocks(self):
        return list(BLOCK.finditer(self.text))

    def prose(self):
        return BLOCK.sub("", self.text)

    def expect(self, block, inside, why):
        """Notes what the block should hold; tells what is wrong if it does not."""
        if block["inside"] == inside:
            return []
        self.corrections.append((block, inside))
        line = self.text.count("\n", 0, block.start("inside"))
        return [f"{self.name}:{line}: {why}:\n{inside}"]

    def correct(self):
        for block, inside in sorted(self.corrections, key=lambda it: it[0].start(), reverse=True):
            self.text = (self.text[:block.start("inside")] + inside +
                         self.text[block.end("inside"):])
        self.path.write_text(self.text, encoding="utf-8")


def examples(documents, _program):
    """What is said to be a copy of a file is one, and README.md has an example."""
    for document in documents:
        marks = [(block, re.fullmatch(r"(\S+/\S+?)(?: \[(\w+)\])?", block["mark"] or ""))
                 for block in document.blocks()]
        for block, mark in marks:
            if mark:
                source = (ROOT / mark[1]).read_text(encoding="utf-8")
                parts = source.split(f"//! [{mark[2]}]\n") if mark[2] else ["", source, ""]
                if len(parts) != 3:
                    yield f"{document.name}: {mark[1]} has no region [{mark[2]}]"
                else:
                    yield from document.expect(block, parts[1], f"{mark[1]} has")
        if document.path == ROOT / "README.md" and not any(mark for _, mark in marks):
            yield "README.md: expected an example below a line <!-- FILE [REGION] -->"


def anchors(document):
    """What a link may name behind #: its headings, spelt as they are where it is read."""
    titles = re.findall(r"^#+ (.*)$", document.prose(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def links(documents, _program):
    """Every relative link leads to a file, and to a heading of it if it names one."""
    by_path = {document.path: document for document in documents}
    for document in documents:
        for link in re.findall(r"""(?:\]\(|href=")([^")\s]+)[")]""", document.prose()):
            name, _, anchor = link.partition("#")
            if "://" in name:
                continue
            target = (document.path.parent / name).resolve() if name else document.path
            if not target.exists():
                yield f"{document.name}: {name} is not there"
            elif anchor and anchor not in anchors(by_path[target]):
                yield f"{document.name}: {link}: there is no such heading"


def pictures(documents, program):
    """Each picture is what the program draws today, and some document shows it."""
    with tempfile.TemporaryDirectory() as directory:
        draw_pictures(program, directory)
        drawn = {path.name: path.read_bytes() for path in pathlib.Path(directory).iterdir()}
    kept = {path.name: path.read_bytes() for path in PICTURES.glob("*")}
    shown = {name for document in documents
             for name in re.findall(r"\]\([^)]*pictures/([^)]*)\)", document.text)}
    for name in sorted(drawn.keys() | kept.keys()):
        if drawn.get(name) != kept.get(name):
            yield f"docs/pictures/{name}: docs/make_pictures.sh draws something else, or nothing"
        if name not in shown:
            yield f"docs/pictures/{name}: no document shows it"


def draw_pictures(program, directory):
    subprocess.run([ROOT / "docs/make_pictures.sh", program, directory], check=True)


def commands_of(inside):
    """Each command of a console block: its line, and those that go on with it behind `> `."""
    return [match[0] for match in re.finditer(r"^\$ .*\n(?:> .*\n)*", inside, re.MULTILINE)]


def run(commands, directory, environment):
    """What each command prints, with whatever the ones before it left behind."""
    script = "".join(re.sub(r"^[$>] ", "", command, flags=re.MULTILINE) +
                     f"printf '{END_OF_COMMAND}'\n" for command in commands)
    result = subprocess.run(["bash", "-c", script], cwd=directory, env=environment, check=False,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, timeout=300)
    printed = result.stdout.decode().split(END_OF_COMMAND)
    return ["".join(line.rstrip() + "\n" for line in text.splitlines()) for text in printed]


def run_blocks(document, directory, environment):
    for block in document.blocks():
        saved = re.fullmatch(r"save (\S+)", block["mark"] or "")
        if saved:
            (directory / saved[1]).write_text(block["inside"], encoding="utf-8")
        if block["language"] == "console":
            commands = commands_of(block["inside"])
            printed = run(commands, directory, environment)
            inside = "".join(map(str.__add__, commands, printed))
            yield from document.expect(block, inside, "the program prints")


def console(documents, program):
    """Commands print what the documents say they print."""
    for document in documents:
        if "$ vitals audit" in document.text and not program.with_name("vitals-audit").exists():
            print(f"{document.name}: left out, as this build has no audits")
            continue
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory)
            (path / "bin").mkdir()
            (path / "bin/vitals").symlink_to(program)
            (path / "bin/cocaine_day").symlink_to(program.with_name("cocaine_day"))
            (path / "work").mkdir()
            for name in ("docs", "examples", "tests"):
                (path / "work" / name).symlink_to(ROOT / name)
            environment = {"PATH": f"{path}/bin:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
            if "ASAN_OPTIONS" in os.environ:  # of a build with sanitizers
                environment["ASAN_OPTIONS"] = os.environ["ASAN_OPTIONS"]
            yield from run_blocks(document, path / "work", environment)


RULES = {rule.__name__: rule for rule in (console, examples, links, pictures)}


def main():
    arguments = sys.argv[1:]
    if arguments == ["--list"]:
        print(";".join(RULES), end="")
        return 0
    if not arguments or not pathlib.Path(arguments[0]).is_file():
        print(__doc__, file=sys.stderr)
        return 2
    program = pathlib.Path(arguments[0]).resolve()
    paths = sorted(path for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md")
                   for path in ROOT.glob(pattern))
    documents = [Document(path) for path in paths]
    if arguments[1:] == ["--update"]:
        for rule in (console, examples):
            for line in rule(documents, program):
                print(line)
        for document in documents:
            document.correct()
        draw_pictures(program, PICTURES)
        return 0
    violations = [line for rule in arguments[1:] or RULES
                  for line in RULES[rule](documents, program)]
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
