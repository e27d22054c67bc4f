#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a random, valid recording and a random policy that aim at the borders of the rules.

A rule goes wrong at its border, so times are drawn from the moments that the rules name, and
from the seconds next to them, far more often than from anywhere.
"""

import argparse
import datetime
import json
import random
import sys

import oracle
import oracle_policy

HOST_NAMES = (
    "h1", "h2", "h10", "H3", "sas1-0001", "sas1-0001.example.net", "a b", "~",
    'quo"te', "back\\slash", "sla/sh", "tab\there", "line\nfeed", "\x01control\x1f", "\x7fdel",
    "\u0445\u043e\u0441\u0442-\u0451", "\u00e9", "e\u0301", "\u2028separator", "\uff5ewide",
    "\U0001f600face",
)
SWITCH_NAMES = ("s1", "sas1-s2", 'sw"itch', "\u0441\u0432\u0438\u0447", "h1", "Z\\")
RACK_NAMES = ("r1", "sas1-r2", "\u0441\u0442\u043e\u0439\u043a\u0430", "s1", "\U0001d11e")
UNKNOWN_SERVICES = ("load", "netmon2x", "\u0434\u0438\u0441\u043a", "SSH", "ssh ")

CHECK_POOL = (
    ("UNREACHABLE", "active"), ("ssh", "active"), ("Zping", "active"),
    ("meta", "passive"), ("fs_check", "passive"), ("link", "passive"),
    ("memory", "hw_watcher"), ("disk", "hw_watcher"), ("cpu", "hw_watcher"),
    ("netmon", "netmon"), ("netmon-v6", "netmon"), ("rack", "rack"), ("rack_power", "rack"),
)

SPELLINGS = {"NODATA": ("NODATA", "NO DATA", "NO_DATA")}
UTC = datetime.timezone.utc


# A policy.


def duration_text(rng, seconds):
    if seconds >= 3600 and seconds % 3600 == 0 and rng.random() < 0.8:
        return "%dh" % (seconds // 3600)
    if seconds >= 60 and rng.random() < 0.6:
        minutes, rest = divmod(seconds, 60)
        return "%dm" % minutes + ("%ds" % rest if rest else "")
    return "%ds" % seconds


def random_duration(rng, least=0):
    longest = rng.choice((3, 10, 30, 90, 180))
    return duration_text(rng, max(least, rng.randint(0, longest)))


def random_value(rng, section, key, kind):
    if kind == oracle_policy.COUNT:
        return str(rng.randint(1, 4))
    if isinstance(kind, tuple):
        return rng.choice(kind)
    if key == "cron_per_host":
        return "%ds" % rng.choice((0, 1, 3, 7, 20))
    if section == "appearance" or key == "push_period":
        return random_duration(rng, 1)
    return random_duration(rng)


def random_section(rng, section):
    values = {}
    for key, (kind, _) in oracle_policy.SCHEMA[section].items():
        if rng.random() < 0.93:
            values[key] = random_value(rng, section, key, kind)
    return values


def random_check(rng, kind):
    values = {"kind": kind}
    if kind in oracle_policy.INFRASTRUCTURE_KINDS:
        if rng.random() < 0.5:
            values["accuracy"] = random_duration(rng)
        return values
    if rng.random() < 0.85:
        values["period"] = random_duration(rng, 1)
    if rng.random() < 0.85:
        values["accuracy"] = random_duration(rng)
    if rng.random() < 0.6:
        values["required"] = rng.choice(("true", "true", "true", "false"))
    return values


def random_checks(rng):
    share = rng.choice((0.35, 0.5, 0.8))
    checks = {}
    for name, kind in rng.sample(CHECK_POOL, len(CHECK_POOL)):
        wanted = max(share, 0.75) if name in ("ssh", "memory", "netmon", "rack") else share
        if rng.random() < wanted:
            checks[name] = random_check(rng, kind)
    if not checks:
        checks["ssh"] = random_check(rng, "active")
    return checks


def random_sections(rng):
    sections = {}
    for name in rng.sample(list(oracle_policy.SCHEMA), len(oracle_policy.SCHEMA)):
        if rng.random() < 0.92:
            values = random_section(rng, name)
            if values:
                sections[name] = values
    if rng.random() < 0.93:
        sections["checks"] = random_checks(rng)
    return sections


def flow_map(values):
    return "{" + ", ".join("%s: %s" % item for item in values.items()) + "}"


def write_map(rng, lines, indent, values):
    for key, value in values.items():
        if not isinstance(value, dict):
            lines.append("%s%s: %s" % (indent, key, value))
        elif rng.random() < 0.6 and not any(isinstance(one, dict) for one in value.values()):
            lines.append("%s%s: %s" % (indent, key, flow_map(value)))
        else:
            lines.append("%s%s:" % (indent, key) + rng.choice(("", "  # below")))
            write_map(rng, lines, indent + "  ", value)


def random_policy_text(rng):
    lines = ["# A random policy."]
    if rng.random() < 0.12:
        settling = rng.choice(("clock", "receipt"))
        unstated = rng.choice(("unknown", "none"))
        lines.append("infrastructure: {settling: %s, unstated: %s}" % (settling, unstated))
    else:
        write_map(rng, lines, "", random_sections(rng))
    return "\n".join(lines) + "\n"


# How a line is written.


def time_text(rng, seconds):
    """One of the ways to write a time; all of them are floored to the same second."""
    form = rng.random()
    fraction = rng.choice(("0", "5", "25", "999", "000001", "999999"))
    if form < 0.80:
        return str(seconds)
    if form < 0.88:
        return "%d.%s" % (seconds, fraction)
    if form < 0.89:
        return "%d.%se3" % (seconds // 1000, "%03d" % (seconds % 1000))
    moment = datetime.datetime.fromtimestamp(seconds, UTC)
    offset = ""
    minutes = rng.choice((0, 0, 180, 345, -210, -720))
    if minutes and seconds > 86400:
        zone = datetime.timezone(datetime.timedelta(minutes=minutes))
        moment = moment.astimezone(zone)
        sign = "+" if minutes > 0 else "-"
        offset = "%s%02d:%02d" % (sign, abs(minutes) // 60, abs(minutes) % 60)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    if rng.random() < 0.3:
        text += "." + fraction
    return '"%s%s"' % (text, offset or "Z")


class Time(int):
    """A number that is written as a time."""


def value_text(rng, value):
    if isinstance(value, Time):
        return time_text(rng, value)
    if isinstance(value, dict):
        return object_text(rng, value)
    return json.dumps(value, ensure_ascii=rng.random() < 0.3)


def object_text(rng, values):
    items = list(values.items())
    if rng.random() < 0.2:
        rng.shuffle(items)
    space = " " if rng.random() < 0.2 else ""
    pairs = ['"%s":%s%s' % (key, space, value_text(rng, value)) for key, value in items]
    return "{" + ("," + space).join(pairs) + "}"


# A recording.


def nearby(rng):
    return rng.choice((-1, 0, 0, 1, 1))


class Recorder:
    """Makes events one after another, and applies each, so that the recording is valid."""

    def __init__(self, rng, policy, hosts):
        self.rng = rng
        self.policy = policy
        self.world = oracle.World(policy)
        self.now = rng.choice((1700000000, 1700000000, 86400 * 400, 3600, 4000000000))
        self.names = rng.sample(HOST_NAMES, hosts)
        self.spare = [name for name in HOST_NAMES if name not in self.names][:4]
        self.switches = rng.sample(SWITCH_NAMES, 2)
        self.racks = rng.sample(RACK_NAMES, 2)
        self.due = []  # Moments at which something is at a border.
        self.arrivals = []  # Those at which an assignment would be at a border.
        self.lines = []
        self.pace = rng.choice((1, 3, 10)) if self.short() else rng.choice((5, 30, 90))

    def short(self):
        return self.policy.juggler["push_period"] < 200

    # Writing.

    def write(self, values):
        if values["event"] == "check" and self.rng.random() < 0.2:
            del values["event"]
        line = object_text(self.rng, values)
        self.world.apply(oracle.parse_event(line))
        self.lines.append(line)

    def event(self, kind, host, **values):
        self.write({"event": kind, "time": Time(self.now), "host": host, **values})

    # Moving on.

    def remember(self, moments):
        self.due = [moment for moment in self.due if moment > self.now][-60:]
        self.due += [moment + nearby(self.rng) for moment in moments]

    def step(self):
        """To a border, a little further, or not at all."""
        rng = self.rng
        luck = rng.random()
        limit = self.now + 40 * self.pace
        arrivals = [moment for moment in self.arrivals if self.now < moment <= limit]
        if luck < 0.1 and arrivals:
            self.now = rng.choice(arrivals)
            # A rename arrives too, and leaves checks unobserved, which makes the border seen.
            rng.choice((self.act_assign, self.act_rename))()
            return
        soon = [moment for moment in self.due if self.now < moment <= limit]
        if luck < 0.4 and soon:
            self.now = rng.choice(soon)
        elif luck < 0.75:
            self.now += rng.randint(0, 2 * self.pace)
        elif luck < 0.78:
            self.now += rng.randint(0, 40 * self.pace)

    def proving_delay(self, check):
        juggler = self.policy.juggler
        return (juggler["overhead"] + juggler["push_period"] + 2 * check.period
                + check.accuracy)

    def remember_proofs(self, moment):
        for check in self.policy.checks_of_hosts():
            if self.rng.random() < 0.5:
                self.remember([moment + self.proving_delay(check)])

    def remember_arrival(self, name):
        appearance = self.policy.appearance
        closed = self.now + appearance["cron_delay"] + appearance["cron_duration"]
        self.arrivals = self.arrivals[-9:] + [closed + nearby(self.rng) for _ in range(2)]
        self.remember_subjects(name)

    def remember_subjects(self, name):
        for subject in oracle.all_subjects(self.world):
            if subject.name == name and self.rng.random() < 0.3:
                self.remember(oracle.named_moments(self.world, subject))

    # Names.

    def living(self):
        return list(self.world.hosts)

    def some_host(self):
        """Mostly one that lives, so that its story goes on."""
        living = self.living()
        if living and self.rng.random() < 0.9:
            return self.rng.choice(living)
        return self.rng.choice(self.names)

    def declared_by_checks(self):
        return [name for name, host in self.world.hosts.items() if not host.stated]

    # What happens to hosts.

    def some_fact(self, names):
        return None if self.rng.random() < 0.12 else self.rng.choice(names)

    def act_host(self):
        values = {}
        if self.rng.random() < 0.85:
            values["switch"] = self.some_fact(self.switches)
        if self.rng.random() < 0.85:
            values["rack"] = self.some_fact(self.racks)
        self.event("host", self.some_host(), **values)

    def act_assign(self):
        name = self.some_host() if self.rng.random() < 0.7 else self.rng.choice(self.names)
        self.event("assign", name)
        self.remember_arrival(name)

    def act_manipulation(self):
        if not self.living():
            return
        name = self.rng.choice(self.living())
        manipulated = self.world.hosts[name].manipulated
        begin = self.rng.random() < (0.15 if manipulated else 0.6)
        self.event("manipulation", name, phase="begin" if begin else "end")
        if not begin:
            self.remember_proofs(self.now)

    def act_rename(self):
        living = self.living()
        if not living:
            return
        name = self.rng.choice(living)
        retired = list(self.world.retired)
        fresh = [one for one in self.spare if one not in living]
        pools = [pool for pool in (fresh, retired, self.declared_by_checks()) if pool]
        targets = [one for one in self.rng.choice(pools) if one != name] if pools else []
        if not targets:
            return
        target = self.rng.choice(targets)
        self.event("rename", name, to=target)
        self.remember_proofs(self.now)
        self.remember_proofs(self.now + self.policy.rename["detection"])
        self.remember_arrival(target)

    def act_remove(self):
        if len(self.living()) > 1:
            self.event("remove", self.rng.choice(self.living()))

    def act_revive(self):
        if self.world.retired:
            name = self.rng.choice(list(self.world.retired))
            self.event(self.rng.choice(("host", "assign")), name)

    # What checks say.

    def act_round(self):
        """Several checks of several hosts in one push."""
        share = self.rng.choice((0.3, 0.8, 1))
        for name in self.living():
            if self.rng.random() < share:
                self.push_checks(name, share)

    def push_checks(self, name, share):
        for check in self.policy.checks_of_hosts():
            if self.rng.random() < share:
                self.observe(name, check)
        self.remember_subjects(name)

    def act_check(self):
        checks = self.policy.checks_of_hosts()
        if not checks:
            return
        names = self.names + self.spare[:1]
        name = self.rng.choice(names) if self.rng.random() < 0.2 else self.some_host()
        for _ in range(self.rng.choice((1, 1, 1, 2))):
            self.observe(name, self.rng.choice(checks))
        self.remember_subjects(name)

    def act_retired(self):
        checks = self.policy.checks_of_hosts()
        if checks and self.world.retired:
            name = self.rng.choice(list(self.world.retired))
            self.observe(name, self.rng.choice(checks))

    def act_infrastructure(self):
        share = self.rng.choice((0.5, 1, 1))
        for kind, names in (("netmon", self.switches), ("rack", self.racks)):
            for check in self.policy.checks_of(kind):
                for name in names:
                    if self.rng.random() < share:
                        self.observe(name, check)
                        self.remember_subjects(name)

    def act_unknown_service(self):
        host = self.rng.choice(self.names + self.switches)
        self.write({
            "event": "check", "receive_time": Time(self.now), "host": host,
            "service": self.rng.choice(UNKNOWN_SERVICES), "status": self.random_status(),
            "status_mtime": Time(self.now),
        })

    def observe(self, name, check):
        previous = self.previous(name, check)
        values = {
            "event": "check", "receive_time": Time(self.now), "host": name,
            "service": check.name,
        }
        unchanged = previous is not None and self.rng.random() < 0.6
        status = previous.status if unchanged else self.random_status()
        values["status"] = self.rng.choice(SPELLINGS.get(status, (status,)))
        if unchanged and self.rng.random() < 0.85:
            values["status_mtime"] = Time(previous.status_mtime)
        else:
            values["status_mtime"] = Time(self.random_mtime(name, check, previous))
        self.add_metadata(values, name, check, previous)
        if self.rng.random() < 0.1:
            values["description"] = self.rng.choice(("\u2026", "", "it's \\ \"so\"", "OK"))
        if self.rng.random() < 0.05:
            values["ttl"] = self.rng.choice((900, None, [1, {"time": -1}], {"host": 3}))
        sent = dict(values)
        self.write(values)
        if self.rng.random() < 0.06:  # a source that sends twice
            self.write(sent)

    def previous(self, name, check):
        if check.of_infrastructure():
            return self.world.infrastructure.get((name, check.name))
        host = self.world.hosts.get(name)
        return host.observations.get(check.name) if host else None

    def random_status(self):
        return self.rng.choice(("OK",) * 8 + ("CRIT",) * 3 + ("WARN", "INFO", "NODATA"))

    # Times that are at a border.

    def pick_time(self, choices, latest):
        """Mostly the past; the skew of a clock now and then; never out of range."""
        rng = self.rng
        if rng.random() < 0.06:
            return self.now + latest + nearby(rng)
        choices = [one for one in choices if 0 <= one <= self.now]
        return rng.choice(choices) if choices else self.now

    def usual_times(self):
        rng = self.rng
        ages = (0, 1, rng.randint(0, 3 * self.pace), rng.randint(0, 60 * self.pace), 86400,
                rng.randint(86400, 10000000), self.now)
        return [self.now - age for age in rng.sample(ages, 3)]

    def random_mtime(self, name, check, previous):
        choices = self.usual_times()
        if previous is not None:
            choices.append(previous.status_mtime)
        if check.of_infrastructure():
            choices += 2 * self.mtimes_of_infrastructure(name, check)
        else:
            choices += 2 * self.mtimes_of_host(name, check)
        return self.pick_time(choices, check.accuracy)

    def mtimes_of_host(self, name, check):
        """Those whose effective timestamp is next to something that happened."""
        host = self.world.hosts.get(name)
        if host is None:
            return []
        delay = self.policy.juggler["overhead"] + check.accuracy
        choices = []
        if host.manipulation_end is not None:
            choices.append(host.manipulation_end + delay + nearby(self.rng))
        if host.renamed is not None:
            choices.append(host.renamed + nearby(self.rng))
            detected = host.renamed + self.policy.rename["detection"]
            choices.append(detected + delay + nearby(self.rng))
        if check.kind == "active":
            choices += self.mtimes_by_dependency(host, delay)
        return choices

    def mtimes_by_dependency(self, host, delay):
        choices = []
        for check, name in oracle.dependencies(self.world, host):
            observation = check and self.world.infrastructure.get((name, check.name))
            if observation:
                lag = oracle.lag(self.policy, check.kind)
                choices.append(observation.status_mtime + delay + nearby(self.rng))
                choices.append(observation.receive_time - lag + nearby(self.rng))
                choices.append(self.now - lag + nearby(self.rng))
        return choices

    def mtimes_of_infrastructure(self, name, check):
        """Those next to the effective timestamp of a check that depends on it."""
        choices = []
        for host in self.world.hosts.values():
            if name not in (host.facts["switch"], host.facts["rack"]):
                continue
            for active in self.policy.checks_of("active"):
                observation = host.observations.get(active.name)
                if observation:
                    since = oracle.effective(self.policy, active, observation)
                    choices.append(since + nearby(self.rng))
        return choices

    # Metadata.

    def add_metadata(self, values, name, check, previous):
        luck = self.rng.random()
        if check.kind != "hw_watcher":
            # It means nothing to these kinds, even where it cannot be.
            if luck < 0.04:
                values["metadata"] = {"timestamp": Time(self.now + 100000)}
            return
        if luck < 0.08:
            values.update(self.rng.choice(({}, {"metadata": None}, {"metadata": {}},
                                           {"metadata": {"version": "1"}})))
            return
        metadata = {"timestamp": Time(self.measured(name, check, previous))}
        if luck > 0.95:
            metadata["host"] = [1]
        values["metadata"] = metadata

    def measured(self, name, check, previous):
        rng, hw_watcher = self.rng, self.policy.hw_watcher
        push = self.policy.juggler["push_period"]
        cycle = hw_watcher["period"] + check.period + hw_watcher["latency"]
        choices = [self.now, self.now - rng.randint(0, 2 * self.pace + 2)]
        choices.append(self.now - cycle + push + nearby(rng))
        choices.append(self.now - cycle - push + nearby(rng))
        if previous is not None and previous.metadata_timestamp is not None:
            choices.append(previous.metadata_timestamp)
        host = self.world.hosts.get(name)
        if host is not None and host.manipulation_end is not None:
            choices += 2 * [host.manipulation_end + check.accuracy + nearby(rng)]
        if host is not None and host.renamed is not None:
            detected = host.renamed + self.policy.rename["detection"]
            choices += 2 * [detected + check.accuracy + nearby(rng)]
        return self.pick_time(choices, check.accuracy)

    # All of it.

    def begin(self):
        for name in self.names:
            if self.rng.random() < 0.75:
                facts = {}
                if self.rng.random() < 0.9:
                    facts["switch"] = self.some_fact(self.switches)
                if self.rng.random() < 0.9:
                    facts["rack"] = self.some_fact(self.racks)
                self.event("host", name, **facts)
            if self.rng.random() < 0.5:
                self.event("assign", name)
        self.act_infrastructure()

    def act(self):
        actions = {
            self.act_round: 24, self.act_infrastructure: 26, self.act_check: 26,
            self.act_manipulation: 10, self.act_host: 5, self.act_assign: 4,
            self.act_rename: 5, self.act_remove: 1, self.act_revive: 1,
            self.act_retired: 2, self.act_unknown_service: 2,
        }
        self.rng.choices(list(actions), list(actions.values()))[0]()

    def record(self, events):
        self.begin()
        while len(self.lines) < events:
            self.step()
            self.act()
        return self.lines


def generate(seed, events=None, hosts=None):
    """The text of a policy, and the lines of a recording."""
    rng = random.Random(seed)
    policy_text = random_policy_text(rng)
    policy = oracle_policy.parse_policy(policy_text)
    events = events or rng.choice((40, 120, 250))
    hosts = hosts or rng.randint(2, 6)
    return policy_text, Recorder(rng, policy, hosts).record(events)


def split_lines(lines, parts, seed):
    """Deals lines out to several recordings that merge to the same order again."""
    rng = random.Random(seed)
    recordings = [[] for _ in range(parts)]
    second, part = None, 0
    for line in lines:
        time = oracle.parse_event(line)["time"]
        # Within a second a later line must not go to an earlier recording.
        part = rng.randrange(parts) if time != second else rng.randrange(part, parts)
        second = time
        recordings[part].append(line)
    return [recording for recording in recordings if recording]


def write_lines(path, lines):
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(line + "\n" for line in lines)


def main(arguments):
    parser = argparse.ArgumentParser(description="writes a random recording and a policy")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--events", type=int)
    parser.add_argument("--hosts", type=int, choices=range(2, 13))
    parser.add_argument("--out", required=True)
    parser.add_argument("--policy-out", required=True)
    options = parser.parse_args(arguments)
    policy_text, lines = generate(options.seed, options.events, options.hosts)
    write_lines(options.out, lines)
    write_lines(options.policy_out, policy_text.splitlines())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
