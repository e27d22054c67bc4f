# SPDX-License-Identifier: Apache-2.0
"""Reads a policy: the defaults, and a reader for the YAML subset in which policies are written.

The subset: block maps by indentation, flow maps `{a: b, c: d}` on one line, plain scalars, and
comments. That is all that a policy needs, and little enough to be seen to be right.
"""

import re

DURATION = "duration"
COUNT = "count"

# Section and key -> (type, default in seconds, or the plain value).
SCHEMA = {
    "juggler": {
        "push_period": (DURATION, 300),
        "propagation": (DURATION, 60),
        "overhead": (DURATION, 240),
        "active_ttl": (DURATION, 900),
        "passive_ttl_periods": (COUNT, 2),
    },
    "hw_watcher": {"period": (DURATION, 600), "latency": (DURATION, 120)},
    "netmon": {"fetch_period": (DURATION, 60), "window": (DURATION, 300)},
    "pongerd": {"flap_delay": (DURATION, 180)},
    "rename": {"detection": (DURATION, 10800)},
    "appearance": {
        "cron_delay": (DURATION, 300),
        "cron_duration": (DURATION, 300),
        "passive_period": (DURATION, 300),
        "cron_per_host": (DURATION, 0),
    },
    "retention": {"push_periods": (COUNT, 3)},
    "infrastructure": {
        "settling": (("clock", "receipt"), "clock"),
        "unstated": (("unknown", "none"), "unknown"),
    },
}

PERIOD_OF_KIND = {"active": 60, "passive": 300, "hw_watcher": 300, "netmon": None, "rack": None}
INFRASTRUCTURE_KINDS = ("netmon", "rack")
DEFAULT_ACCURACY = 60
LONGEST_DURATION = 366 * 86400

# Name, kind, period, required.
DEFAULT_CHECKS = (
    ("UNREACHABLE", "active", 60, True),
    ("ssh", "active", 120, True),
    ("meta", "passive", 300, True),
    ("fs_check", "passive", 300, False),
    ("link", "passive", 300, False),
    ("memory", "hw_watcher", 300, True),
    ("disk", "hw_watcher", 300, True),
    ("cpu", "hw_watcher", 300, False),
    ("bmc", "hw_watcher", 300, False),
    ("netmon", "netmon", None, False),
    ("rack", "rack", None, False),
)


class PolicyError(Exception):
    """What the policy says cannot be meant."""


class Check:
    """How one check is measured."""

    def __init__(self, name, kind, period, accuracy, required):
        self.name = name
        self.kind = kind
        self.period = period
        self.accuracy = accuracy
        self.required = required

    def of_infrastructure(self):
        return self.kind in INFRASTRUCTURE_KINDS


class Policy:
    """All constants in seconds, one attribute a section, and the checks by name."""

    def __init__(self, sections, checks):
        self.juggler = sections["juggler"]
        self.hw_watcher = sections["hw_watcher"]
        self.netmon = sections["netmon"]
        self.pongerd = sections["pongerd"]
        self.rename = sections["rename"]
        self.appearance = sections["appearance"]
        self.retention = sections["retention"]
        self.infrastructure = sections["infrastructure"]
        self.checks = checks

    def checks_of(self, kind):
        return [check for check in self.checks.values() if check.kind == kind]

    def checks_of_hosts(self):
        return [check for check in self.checks.values() if not check.of_infrastructure()]


def parse_duration(text):
    match = re.fullmatch(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text)
    if not text or not match:
        raise PolicyError("not a duration: %r" % text)
    units = (86400, 3600, 60, 1)
    seconds = sum(int(part or 0) * unit for part, unit in zip(match.groups(), units))
    if seconds > LONGEST_DURATION:
        raise PolicyError("a duration above 366 days: %r" % text)
    return seconds


# The YAML subset.


def without_comment(line):
    return re.sub(r"(^|\s)#.*$", "", line).rstrip()


def split_key(text):
    key, colon, value = text.partition(":")
    if not colon or not key.strip() or (value and not value.startswith(" ")):
        raise PolicyError("expected `key: value`: %r" % text)
    return key.strip(), value.strip()


def add_key(mapping, key, value):
    if key in mapping:
        raise PolicyError("key given twice: %r" % key)
    mapping[key] = value


def parse_flow_map(text):
    if not text.endswith("}") or "{" in text[1:]:
        raise PolicyError("not a flow map on one line: %r" % text)
    mapping = {}
    body = text[1:-1].strip()
    for item in body.split(",") if body else []:
        add_key(mapping, *split_key(item.strip()))
    return mapping


def parse_block_map(lines, indent):
    """Takes the lines of this map, and of the maps in it, from the front of `lines`."""
    mapping = {}
    while lines and lines[0][0] >= indent:
        depth, text = lines.pop(0)
        if depth != indent:
            raise PolicyError("unexpected indentation: %r" % text)
        key, value = split_key(text)
        if value.startswith("{"):
            add_key(mapping, key, parse_flow_map(value))
        elif value:
            add_key(mapping, key, value)
        elif lines and lines[0][0] > indent:
            add_key(mapping, key, parse_block_map(lines, lines[0][0]))
        else:
            raise PolicyError("a key without a value: %r" % key)
    return mapping


def parse_yaml(text):
    lines = []
    for line in text.split("\n"):
        line = without_comment(line)
        if line:
            lines.append((len(line) - len(line.lstrip(" ")), line.strip()))
    mapping = parse_block_map(lines, 0)
    if lines:
        raise PolicyError("cannot read %r" % lines[0][1])
    return mapping


# From text to values.


def read_value(where, kind, text):
    if not isinstance(text, str):
        raise PolicyError("%s: expected a plain value" % where)
    if kind == DURATION:
        return parse_duration(text)
    if kind == COUNT:
        if not text.isdigit():
            raise PolicyError("%s: not a count: %r" % (where, text))
        return int(text)
    if text not in kind:
        raise PolicyError("%s: expected one of %s" % (where, ", ".join(kind)))
    return text


def as_map(where, value):
    if not isinstance(value, dict):
        raise PolicyError("%s: expected a map" % where)
    return value


def read_section(name, given):
    for key in given:
        if key not in SCHEMA[name]:
            raise PolicyError("unknown key %s.%s" % (name, key))
    section = {}
    for key, (kind, default) in SCHEMA[name].items():
        if key in given:
            section[key] = read_value("%s.%s" % (name, key), kind, given[key])
        else:
            section[key] = default
    return section


def read_period(name, kind, given):
    if kind in INFRASTRUCTURE_KINDS and "period" in given:
        raise PolicyError("%s: a check of infrastructure has no period" % name)
    if "period" not in given:
        return PERIOD_OF_KIND[kind]
    period = parse_duration(given["period"])
    if period == 0:
        raise PolicyError("%s: a period of zero" % name)
    return period


def read_check(name, given):
    unknown = set(given) - {"kind", "period", "accuracy", "required"}
    if unknown:
        raise PolicyError("%s: unknown key %s" % (name, sorted(unknown)[0]))
    kind = given.get("kind")
    if kind not in PERIOD_OF_KIND:
        raise PolicyError("%s: unknown kind %r" % (name, kind))
    required = read_value(name, ("true", "false"), given.get("required", "false")) == "true"
    if required and kind in INFRASTRUCTURE_KINDS:
        raise PolicyError("%s: a check of infrastructure cannot be required" % name)
    accuracy = DEFAULT_ACCURACY
    if "accuracy" in given:
        accuracy = parse_duration(given["accuracy"])
    return Check(name, kind, read_period(name, kind, given), accuracy, required)


def default_checks():
    return {
        name: Check(name, kind, period, DEFAULT_ACCURACY, required)
        for name, kind, period, required in DEFAULT_CHECKS
    }


def parse_policy(text):
    given = parse_yaml(text)
    for name in given:
        if name not in SCHEMA and name != "checks":
            raise PolicyError("unknown section %r" % name)
    sections = {}
    for name in SCHEMA:
        sections[name] = read_section(name, as_map(name, given.get(name, {})))
    if sections["juggler"]["push_period"] == 0:
        raise PolicyError("juggler.push_period: a period of zero")
    if "checks" not in given:
        return Policy(sections, default_checks())
    checks = {}
    for name, value in as_map("checks", given["checks"]).items():
        checks[name] = read_check(name, as_map(name, value))
    return Policy(sections, checks)


def default_policy():
    return parse_policy("")


def load_policy(path):
    with open(path, encoding="utf-8") as file:
        return parse_policy(file.read())
