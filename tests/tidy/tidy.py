#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""House rules that no compiler checks. Each is a test of its own.

    tidy.py --list              the names of the rules
    tidy.py RULE [LIBRARY]      checks one; prints PATH:LINE: what is wrong; exits 1 if anything is
"""

import fnmatch
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COLUMNS = 100
FUNCTION_LINES = 70
HEADER_LINES = range(60, 251)

# Headers outside HEADER_LINES, each with the reason why it may be.
HEADER_LINES_EXCEPTIONS = {
    "event.h": "plain data",
    "verdict_line.h": "plain data and how it is printed",
    "vitals.h": "no code: a reading list",
}

# Public headers without a test file of their own name.
HEADERS_WITHOUT_TEST = {
    "event.h": "plain data; recording_test.cc reads and writes every field",
    "fleet_types.h": "plain data; fleet_engine_test.cc asks for all of it",
    "hosts.h": "plain data; simulation_test.cc gives hosts all that they may have",
    "vitals.h": "no code: a reading list",
}

TOP_LEVEL = {
    "CHANGELOG.md", "CMakeLists.txt", "CMakePresets.json", "CONTRIBUTING.md", "LICENSE",
    "README.md", "bench", "docs", "examples", "include", "lib", "scripts", "tests", "tools",
}

# What speaks of how or where this was written instead of what it is.
FORBIDDEN = [r"\bsessions?\b", r"\bissue #?\d", r"/work/", r"registry\.npmjs", r"deb\.debian\.org",
             r"\bpypi\.org", r"proxy\.golang"]

# Symbols by which a program asks what time it is. `now` is always a parameter.
CLOCK = re.compile(r" U (clock_gettime|gettimeofday|time|clock|ftime|.*_clock::now\(\)|"
                   r"absl::.*::?(Now|GetCurrentTimeNanos)\(\))(@|$)")


def tracked_files():
    """Every file of the repository as paths relative to ROOT; build results are none of it."""
    listing = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True, check=False)
    if listing.returncode == 0:
        names = sorted(filter(None, listing.stdout.decode().split("\0")))
    else:  # an unpacked archive
        names = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*")
                       if path.is_file() and "build" not in path.relative_to(ROOT).parts[:1])
    return [pathlib.PurePosixPath(name) for name in names if (ROOT / name).is_file()]


FILES = tracked_files()


def read(path):
    """The text of a file; empty where it is missing, which the rule top_level tells."""
    return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""


def lines_of(path):
    return enumerate(read(path).splitlines(), start=1)


def is_script(path):
    return path.parts[0] in ("scripts", ".ci") or path.suffix == ".py"


def is_cmake(path):
    return path.name == "CMakeLists.txt" or path.suffix == ".cmake"


def is_cxx(path):
    return path.suffix in (".h", ".cc")


STRING = r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"'
STRINGS = re.compile(STRING, re.DOTALL)
CODE = [path for path in FILES if is_cxx(path) or is_cmake(path) or is_script(path)]
CXX = [path for path in FILES if is_cxx(path)]


def columns():
    """No line of code is longer than COLUMNS."""
    for path in CODE:
        for number, line in lines_of(path):
            if len(line) > COLUMNS:
                yield f"{path}:{number}: {len(line)} columns, at most {COLUMNS} expected"


def ascii_only():
    """Code and comments are ASCII: what looks alike is alike. Strings may hold what people read."""
    for path in CODE:
        text = STRINGS.sub(lambda match: re.sub(r"[^\n]", "_", match.group()), read(path))
        for number, line in enumerate(text.splitlines(), start=1):
            strangers = sorted({character for character in line if not character.isascii()})
            if strangers:
                yield f"{path}:{number}: {' '.join(strangers)} is not ASCII"


def whitespace():
    """No tabs, no blanks at the end of a line, one line feed at the end of a file."""
    for path in CODE + [path for path in FILES if path.suffix == ".md"]:
        for number, line in lines_of(path):
            if "\t" in line or line != line.rstrip():
                yield f"{path}:{number}: a tab, or blanks at the end of the line"
        if not read(path).endswith("\n") or read(path).endswith("\n\n"):
            yield f"{path}: must end with one line feed"


def licence():
    """Every file of code says its licence in its first or second line."""
    for path in CODE:
        if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(read(path).split("\n")[:2]):
            yield f"{path}:1: expected SPDX-License-Identifier: Apache-2.0"


COMMENT = r"//[^\n]*|/\*.*?\*/"
CHARACTER = r"(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'"
LITERALS = re.compile(f"{COMMENT}|{STRING}|{CHARACTER}", re.DOTALL)
NO_FUNCTION = re.compile(r"\s*(TEST_CASE|SCENARIO|namespace|enum)\b")


def functions_of(text):
    """(line of the signature, number of lines) of each function. Heuristic: a brace behind
    parentheses, directly inside a namespace or a class. Tables of tests are not functions."""
    blank = LITERALS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    blank = re.sub(r"^[ ]*#[^\n]*", lambda match: " " * len(match.group()), blank, flags=re.M)
    enclosing = []  # (is a namespace or class, signature's line if it is a function)
    start = 0  # of the statement that is being read
    for position, character in enumerate(blank):
        if character == "{":
            head = blank[start:position]
            at_scope = all(is_scope for is_scope, _ in enclosing)
            is_type = re.search(r"\b(namespace|class|struct|union|enum|extern)\b[^()=]*$", head)
            function = (at_scope and not is_type and "(" in head and
                        not NO_FUNCTION.match(head) and "=" not in head.split("(")[0])
            first = start + len(head) - len(head.lstrip())
            line = blank.count("\n", 0, first) + 1
            enclosing.append((at_scope and bool(is_type), line if function else None))
        elif character == "}" and enclosing:
            _, line = enclosing.pop()
            if line:
                yield line, blank.count("\n", 0, position) + 2 - line
        if character in "{};":
            start = position + 1


def functions():
    """No function is longer than FUNCTION_LINES."""
    for path in CXX:
        for line, length in functions_of(read(path)):
            if length > FUNCTION_LINES:
                yield (f"{path}:{line}: a function of {length} lines, at most {FUNCTION_LINES} "
                       "expected")


def headers():
    """A public header is one concept: neither a scrap nor a tome."""
    for path in FILES:
        if path.parts[0] != "include":
            continue
        length = len(read(path).splitlines())
        excepted = path.name in HEADER_LINES_EXCEPTIONS
        if (length in HEADER_LINES) == excepted:
            yield (f"{path}: {length} lines, " +
                   ("needs no exception any more" if excepted else
                    f"{HEADER_LINES[0]} to {HEADER_LINES[-1]} expected"))


def test_of(header):
    """The test of a header. Of two of one name, that in the folder below is told by its folder.
    The coordinator and the audits have programs of tests of their own."""
    if header.parent.name in ("audit", "coordinator"):
        return pathlib.PurePosixPath(f"tests/{header.parent.name}/{header.stem}_test.cc")
    outer = header.parents[1] / header.name
    prefix = f"{header.parent.name}_" if len(header.parts) == 4 and outer in FILES else ""
    return pathlib.PurePosixPath(f"tests/{prefix}{header.stem}_test.cc")


def mirror():
    """tests/ mirrors include/, and every test is registered."""
    listed = read("tests/CMakeLists.txt")
    for path in FILES:
        if path.parts[0] == "include":
            has_test = test_of(path) in FILES
            if has_test == (path.name in HEADERS_WITHOUT_TEST):
                yield f"{path}: {test_of(path)} " + (
                    "exists: no exception needed" if has_test else "is missing")
        if path.parts[0] != "tests" or len(path.parts) == 1:
            continue
        if len(path.parts) == 2 and path.suffix == ".cc" and not path.name.endswith("_test.cc"):
            if path.name not in listed:
                yield f"{path}: neither *_test.cc nor named in tests/CMakeLists.txt"
        if len(path.parts) == 3 and path.name == "CMakeLists.txt":
            if f"add_subdirectory({path.parts[1]})" not in listed:
                yield f"{path}: tests/CMakeLists.txt has no add_subdirectory({path.parts[1]})"


def top_level():
    """The first thing that a newcomer sees is short, and exactly as agreed."""
    found = {path.parts[0] for path in FILES if not path.parts[0].startswith(".")}
    for name in sorted(found - TOP_LEVEL):
        yield f"{name}: not one of the entries that the top level may have"
    for name in sorted(TOP_LEVEL - found):
        yield f"{name}: missing"


def readme_tree():
    """The tree in README.md between two lines `<!-- tree -->` is the real one.

    One entry a line, two blanks deeper for each level, `name` or `name/`, then what it is. Where
    one entry of a directory is told, all are; `*` in a name stands for anything.
    """
    parts = read("README.md").split("<!-- tree -->")
    if len(parts) != 3:
        yield "README.md: expected one tree between two <!-- tree --> marks"
        return
    told = {}  # directory -> names told of it
    at_depth = [""]
    for line in parts[1].splitlines():
        entry = re.match(r"( *)([^\s`/]+)(/?)(\s|$)", line)
        if entry:
            depth = len(entry[1]) // 2
            at_depth = at_depth[:depth + 1]
            told.setdefault(at_depth[depth], []).append(entry[2])
            at_depth.append(f"{at_depth[depth]}{entry[2]}/")
    for directory, names in told.items():
        real = {str(path)[len(directory):].split("/")[0] for path in FILES
                if str(path).startswith(directory)}
        real = {name for name in real if not name.startswith(".")}
        for name in sorted(real):
            if not any(fnmatch.fnmatchcase(name, pattern) for pattern in names):
                yield f"README.md: the tree does not tell of {directory}{name}"
        for pattern in names:
            if not fnmatch.filter(real, pattern):
                yield f"README.md: the tree tells of {directory}{pattern}, which is not there"


def words():
    """What is written here is about the project, not about how it came to be."""
    for path in FILES:
        if path.name == "tidy.py":
            continue
        try:
            text = read(path)
        except UnicodeDecodeError:  # data
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            for word in FORBIDDEN:
                if re.search(word, line, re.IGNORECASE):
                    yield f"{path}:{number}: {word} has no place here: {line.strip()[:60]}"


def companions():
    """What belongs together is there together."""
    for path in FILES:
        if path.parts[0] == "examples" and path.suffix in (".cc", ".expected"):
            other = path.with_suffix(".expected" if path.suffix == ".cc" else ".cc")
            if other not in FILES:
                yield f"{path}: {other} is missing"
        if path.name.endswith(".bad.yaml") and "# error:" not in read(path):
            yield f"{path}: expected a comment `# error: ...`"


def links():
    """Every relative link of a document leads somewhere."""
    for path in FILES:
        if path.suffix != ".md":
            continue
        for number, line in lines_of(path):
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", line):
                if "://" not in target and not (ROOT / path.parent / target).exists():
                    yield f"{path}:{number}: {target} is not there"


def clock():
    """The library never asks what time it is."""
    listing = subprocess.run(["nm", "--demangle", sys.argv[2]], capture_output=True, check=True)
    for line in listing.stdout.decode().splitlines():
        if CLOCK.search(line):
            yield f"{sys.argv[2]}: needs {line.strip()}"


RULES = {function.__name__: function for function in (
    ascii_only, clock, columns, companions, functions, headers, licence, links, mirror,
    readme_tree, top_level, whitespace, words)}


def main():
    if sys.argv[1:] == ["--list"]:
        print(";".join(RULES), end="")
        return 0
    violations = list(RULES[sys.argv[1]]())
    for violation in violations:
        print(violation)
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
