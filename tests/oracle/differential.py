#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares `vitals replay` with the oracle on random recordings, byte by byte.

Each seed gives a recording, a policy, and the ways to ask for the verdicts. The first line that
differs is printed with the two commands that show it.
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import generate
import oracle

HERE = os.path.dirname(os.path.abspath(__file__))
LONGEST_RUN = 120  # Seconds; no recording is big.


# How to ask.


def moment(rng, first, last):
    return str(rng.randint(max(0, first - 5), last + 30))


def limits(rng, first, last):
    """--from and --until: inside the recording, at its ends, outside."""
    arguments = []
    if rng.random() < 0.6:
        arguments += ["--from", rng.choice((str(first), str(last), moment(rng, first, last)))]
    if rng.random() < 0.6:
        until = rng.choice((last, last + 1, last + rng.randint(0, 2000)))
        arguments += ["--until", rng.choice((str(until), moment(rng, first, last)))]
    return arguments


def every(rng, first, last):
    least = max(1, (last - first) // 300)
    return ["--every", "%ds" % rng.randint(least, least * 20)]


def at(rng, times):
    first, last = times[0], times[-1]
    moments = {rng.choice(times) + rng.choice((-1, 0, 1)) for _ in range(3)}
    moments |= {int(moment(rng, first, last)), last + rng.randint(0, 4000)}
    moments = rng.sample(sorted(moments), len(moments))
    return [word for one in moments for word in ("--at", str(one))]


def modes(seed, times):
    """Lists of arguments; each is asked for checks and for hosts."""
    rng = random.Random(seed)
    first, last = times[0], times[-1]
    asked = [
        ["--on-change"],
        ["--on-change"] + limits(rng, first, last),
        ["--on-change", "--until", str(last + 2000)],
        every(rng, first, last),
        every(rng, first, last) + limits(rng, first, last),
        at(rng, times),
        at(rng, times) + ["--from", rng.choice((str(last), moment(rng, first, last)))],
    ]
    return [arguments + hosts for arguments in asked for hosts in ([], ["--hosts"])]


# How to compare.


def with_one_escape(line):
    """Control characters may be escaped in two ways; here both become one."""
    def rewrite(match):
        short = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
        escape = match.group(1)
        if escape in short:
            return "\\u%04x" % ord(short[escape])
        if escape[0] == "u" and int(escape[1:], 16) < 0x20:
            return "\\u%04x" % int(escape[1:], 16)
        return match.group(0)
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", rewrite, line)


def same(expected, found):
    if expected == found:
        return True
    if expected is None or found is None:
        return False
    return with_one_escape(expected) == with_one_escape(found)


def parsed(line):
    try:
        return json.loads(line) if line is not None else None
    except ValueError:
        return None


def explain(expected, found):
    """Which keys differ; or that only the writing does."""
    left, right = parsed(expected), parsed(found)
    if not isinstance(left, dict) or not isinstance(right, dict):
        return "one of the two is missing or is no JSON object"
    if left == right:
        return "the same values; the order of keys, spaces or escapes differ"
    keys = list(left) + [key for key in right if key not in left]
    differing = [key for key in keys if left.get(key, "none") != right.get(key, "none")]
    return "\n".join("    %s: oracle %s, vitals %s" % (
        key, json.dumps(left.get(key)), json.dumps(right.get(key))) for key in differing)


def first_difference(expected, found):
    pairs = itertools.zip_longest(expected, found)
    for number, (left, right) in enumerate(pairs, 1):
        if not same(left, right):
            return number, left, right
    return None


# Running.


def run_oracle(arguments, brute):
    options = oracle.parse_arguments(arguments + (["--brute"] if brute else []))
    return [oracle.format_line(line) for line in oracle.replay(options)]


def run_vitals(vitals, arguments):
    """The lines, and what went wrong if anything did."""
    command = [vitals, "replay"] + arguments
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST_RUN, check=False)
    except subprocess.TimeoutExpired:
        return [], "did not end in %d s" % LONGEST_RUN
    error = None
    if done.returncode != 0:
        error = "status %d: %s" % (done.returncode, done.stderr.decode(errors="replace"))
    text = done.stdout.decode(errors="surrogateescape")
    if text and not text.endswith("\n"):
        error = error or "the last line does not end"
    # Only a line feed ends a line: names may hold other separators.
    return text.split("\n")[:-1], error


def report(seed, arguments, difference, error, options):
    words = " ".join(shlex.quote(word) for word in arguments)
    lines = ["seed %d: FAILED" % seed]
    if error:
        lines.append("  vitals: " + error.strip())
    if difference:
        number, expected, found = difference
        lines.append("  line %d" % number)
        lines.append("  oracle: %s" % ("(no line)" if expected is None else expected))
        lines.append("  vitals: %s" % ("(no line)" if found is None else found))
        lines.append(explain(expected, found))
    lines.append("  to reproduce (the files are those of generate.py --seed %d):" % seed)
    lines.append("    %s/oracle.py %s" % (HERE, words))
    lines.append("    %s replay %s" % (options.vitals, words))
    return "\n".join(lines)


def compare(seed, arguments, options):
    """None, or what to print."""
    expected = run_oracle(arguments, options.brute)
    found, error = run_vitals(options.vitals, arguments)
    difference = first_difference(expected, found)
    if difference is None and error is None:
        return None
    return report(seed, arguments, difference, error, options)


def write_seed(seed, directory):
    """Writes the files of a seed: one recording, and the same in several."""
    policy_text, lines = generate.generate(seed)
    policy = os.path.join(directory, "policy.yaml")
    whole = os.path.join(directory, "recording.ndjson")
    generate.write_lines(policy, policy_text.splitlines())
    generate.write_lines(whole, lines)
    parts = []
    for number, part in enumerate(generate.split_lines(lines, 3, seed)):
        parts.append(os.path.join(directory, "part%d.ndjson" % number))
        generate.write_lines(parts[-1], part)
    return policy, whole, parts


def questions(seed, directory):
    policy, whole, parts = write_seed(seed, directory)
    times = [event["time"] for event in oracle.read_recording(whole)]
    for arguments in modes(seed, times):
        yield ["--policy", policy] + arguments + [whole]
    for hosts in ([], ["--hosts"]):
        yield ["--policy", policy, "--on-change"] + hosts + parts


def check_seed(seed, options):
    """None if all agree; else what to print, and the files stay for whoever looks."""
    directory = os.path.join(options.keep, "seed%d" % seed)
    os.makedirs(directory, exist_ok=True)
    for arguments in questions(seed, directory):
        found = compare(seed, arguments, options)
        if found:
            return found
    shutil.rmtree(directory)
    return None


def parse_seeds(text):
    match = re.fullmatch(r"(\d+)(?:\.\.(\d+))?", text)
    if not match:
        raise argparse.ArgumentTypeError("expected A..B")
    first = int(match.group(1))
    return range(first, int(match.group(2) or first) + 1)


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description="compares vitals with the oracle")
    parser.add_argument("--vitals", required=True, help="the program")
    parser.add_argument("--seeds", type=parse_seeds, default=range(1, 101), help="A..B")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", help="the directory for the files of seeds that fail")
    parser.add_argument("--brute", action="store_true", help="the oracle tries every second")
    options = parser.parse_args(arguments)
    options.vitals = os.path.abspath(options.vitals)
    if not os.access(options.vitals, os.X_OK):
        parser.error("cannot run %s" % options.vitals)
    if options.keep is None:
        options.keep = tempfile.mkdtemp(prefix="vitals-oracle-")
    return options


def main(arguments):
    options = parse_arguments(arguments)
    passed, failed = 0, 0
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for found in pool.map(check_seed, options.seeds, itertools.repeat(options)):
            passed, failed = passed + (not found), failed + bool(found)
            if found and failed <= 5:
                print(found, flush=True)
    if failed > 5:
        print("and %d seeds more" % (failed - 5))
    if not os.listdir(options.keep):
        os.rmdir(options.keep)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
