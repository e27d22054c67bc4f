#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A slow, literal reading of the rules: prints the verdicts of recordings.

This is the second opinion on `vitals replay`. It keeps facts, asks each rule as a predicate at
one second, and finds every change by trying moments in time; it never computes a window from
formulas. By default it tries only the seconds next to a moment named by a rule; with --brute it
tries all seconds.
"""

import argparse
import datetime
import decimal
import json
import re
import sys

import oracle_policy

REASONS = (
    "unobserved",
    "missing",
    "implausible_time",
    "unmeasured",
    "expired",
    "stale",
    "under_manipulation",
    "precedes_manipulation",
    "precedes_rename",
    "infrastructure_unknown",
    "infrastructure_not_ok",
    "precedes_infrastructure_change",
    "infrastructure_settling",
)

STATUSES = {
    "OK": "OK",
    "WARN": "WARN",
    "CRIT": "CRIT",
    "INFO": "INFO",
    "NODATA": "NODATA",
    "NO DATA": "NODATA",
    "NO_DATA": "NODATA",
}

# A switch or rack of which nobody has said whether there is one; None says that there is none.
UNSTATED = object()

LATEST_TIME = 2**32


class InputError(Exception):
    """A line of a recording that cannot be meant."""


# Times and lines.


def parse_iso(text):
    match = re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?"
        r"(?:[Zz]|([+-])(\d\d):?(\d\d))?",
        text,
    )
    if not match:
        raise InputError("not a time: %r" % text)
    numbers = [int(part) for part in match.groups()[:6]]
    try:
        moment = datetime.datetime(*numbers, tzinfo=datetime.timezone.utc)
    except ValueError as error:
        raise InputError("not a time: %r" % text) from error
    seconds = int((moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc))
                  .total_seconds())
    if match.group(7):
        offset = int(match.group(8)) * 3600 + int(match.group(9)) * 60
        seconds -= offset if match.group(7) == "+" else -offset
    return seconds


def parse_time(value):
    if isinstance(value, str):
        seconds = parse_iso(value)
    elif isinstance(value, (int, decimal.Decimal)) and not isinstance(value, bool):
        seconds = int(decimal.Decimal(value).to_integral_value(decimal.ROUND_FLOOR))
    else:
        raise InputError("not a time: %r" % (value,))
    if not 0 <= seconds < LATEST_TIME:
        raise InputError("a time outside 1970 to 2106: %r" % (value,))
    return seconds


def parse_time_argument(text):
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return parse_time(decimal.Decimal(text))
    return parse_time(text)


def text_field(line, key):
    value = line.get(key)
    if not isinstance(value, str) or not value:
        raise InputError("expected a name in %r" % key)
    return value


def time_field(line, key):
    if key not in line:
        raise InputError("missing %r" % key)
    return parse_time(line[key])


def parse_check(line):
    status = text_field(line, "status")
    if status not in STATUSES:
        raise InputError("unknown status %r" % status)
    metadata = line.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        raise InputError("metadata is not an object")
    timestamp = None
    if metadata and "timestamp" in metadata:
        timestamp = parse_time(metadata["timestamp"])
    return {
        "event": "check",
        "time": time_field(line, "receive_time"),
        "host": text_field(line, "host"),
        "service": text_field(line, "service"),
        "status": STATUSES[status],
        "status_mtime": time_field(line, "status_mtime"),
        "metadata_timestamp": timestamp,
    }


def parse_event(text):
    try:
        line = json.loads(text, parse_float=decimal.Decimal)
    except ValueError as error:
        raise InputError(str(error)) from error
    if not isinstance(line, dict):
        raise InputError("not an object")
    kind = line.get("event", "check")
    if kind == "check":
        return parse_check(line)
    if kind not in ("host", "assign", "manipulation", "rename", "remove"):
        raise InputError("unknown event %r" % (kind,))
    event = {"event": kind, "time": time_field(line, "time"), "host": text_field(line, "host")}
    if kind == "host":
        for key in ("switch", "rack"):
            if key in line:
                event[key] = None if line[key] is None else text_field(line, key)
    if kind == "manipulation":
        event["phase"] = text_field(line, "phase")
        if event["phase"] not in ("begin", "end"):
            raise InputError("unknown phase")
    if kind == "rename":
        event["to"] = text_field(line, "to")
    return event


def read_recording(path):
    events = []
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                event = parse_event(line.decode("utf-8"))
            except (InputError, UnicodeDecodeError) as error:
                raise InputError("%s:%d: %s" % (path, number, error)) from error
            if events and event["time"] < events[-1]["time"]:
                raise InputError("%s:%d: time runs backwards" % (path, number))
            events.append(event)
    return events


def read_recordings(paths):
    """Sorting is stable, so that ties keep the order of the command line and of the lines."""
    events = [event for path in paths for event in read_recording(path)]
    return sorted(events, key=lambda event: event["time"])


# Facts.


class Observation:
    """The newest state of a check, with the timestamps that cannot be already lowered."""

    def __init__(self, check, event):
        self.status = event["status"]
        self.receive_time = event["time"]
        self.status_mtime = event["status_mtime"]
        self.metadata_timestamp = None
        self.implausible = False
        # Only a status that hw-watcher gave has a timestamp; NODATA is Juggler's own.
        if check.kind == "hw_watcher" and self.status != "NODATA":
            self.metadata_timestamp = event["metadata_timestamp"]
        self.lower(check.accuracy)

    def lower(self, accuracy):
        latest = self.receive_time + accuracy
        for value in (self.status_mtime, self.metadata_timestamp):
            if value is not None and value > latest:
                self.implausible = True
        self.status_mtime = min(self.status_mtime, self.receive_time)
        if self.metadata_timestamp is not None:
            self.metadata_timestamp = min(self.metadata_timestamp, self.receive_time)


class Host:
    """What is known about a machine. `incarnation` is new whenever a host gets a name."""

    def __init__(self, name, incarnation):
        self.name = name
        self.incarnation = incarnation
        self.stated = False  # False while only checks have declared the host.
        self.facts = {"switch": UNSTATED, "rack": UNSTATED}
        self.assigned = None
        self.renamed = None
        self.manipulated = False  # True from a begin to the next end.
        self.manipulation_end = None
        self.observations = {}

    def base(self):
        moments = [moment for moment in (self.assigned, self.renamed) if moment is not None]
        return max(moments) if moments else None


class World:
    """All facts, after the events so far."""

    def __init__(self, policy):
        self.policy = policy
        self.hosts = {}
        self.retired = set()
        self.infrastructure = {}  # (name, service) -> Observation
        self.arrivals = []  # The times of all assignments and renames.
        self.incarnations = 0
        self.counts = {"events": 0, "out_of_date": 0, "retired": 0, "unknown_service": 0}

    def next_incarnation(self):
        self.incarnations += 1
        return self.incarnations

    def declare(self, name):
        """The host of that name; a new one if there is none."""
        if name not in self.hosts:
            self.hosts[name] = Host(name, self.next_incarnation())
            self.retired.discard(name)
        return self.hosts[name]

    def known(self, name):
        if name not in self.hosts:
            raise InputError("unknown host %r" % name)
        return self.hosts[name]

    def apply(self, event):
        self.counts["events"] += 1
        getattr(self, "apply_" + event["event"])(event)

    def apply_host(self, event):
        host = self.declare(event["host"])
        host.stated = True
        for key in ("switch", "rack"):
            if key in event:
                host.facts[key] = event[key]

    def apply_assign(self, event):
        host = self.declare(event["host"])
        host.stated = True
        host.assigned = event["time"]
        self.arrivals.append(event["time"])

    def apply_manipulation(self, event):
        host = self.known(event["host"])
        host.manipulated = event["phase"] == "begin"
        if event["phase"] == "end":
            host.manipulation_end = event["time"]

    def apply_rename(self, event):
        host = self.known(event["host"])
        name = event["to"]
        if name == host.name or (name in self.hosts and self.hosts[name].stated):
            raise InputError("rename onto a living name %r" % name)
        if name in self.hosts:
            # Work that was told under the new name before the rename is work on this machine.
            absorbed = self.hosts[name]
            host.manipulated = host.manipulated or absorbed.manipulated
            ends = [host.manipulation_end, absorbed.manipulation_end]
            host.manipulation_end = max((end for end in ends if end is not None), default=None)
        del self.hosts[host.name]
        self.retired.add(host.name)
        self.retired.discard(name)
        host.name = name
        host.incarnation = self.next_incarnation()
        host.stated = True
        host.renamed = event["time"]
        host.observations = {}
        self.hosts[name] = host
        self.arrivals.append(event["time"])

    def apply_remove(self, event):
        host = self.known(event["host"])
        del self.hosts[host.name]
        self.retired.add(host.name)

    def apply_check(self, event):
        check = self.policy.checks.get(event["service"])
        if check is None:
            self.counts["unknown_service"] += 1
        elif check.of_infrastructure():
            self.store(self.infrastructure, (event["host"], check.name), check, event)
        elif event["host"] in self.retired:
            self.counts["retired"] += 1
        else:
            observations = self.declare(event["host"]).observations
            self.store(observations, check.name, check, event)

    def store(self, observations, key, check, event):
        stored = observations.get(key)
        if stored is not None and event["time"] < stored.receive_time:
            self.counts["out_of_date"] += 1
        else:
            observations[key] = Observation(check, event)


# The rules.


def stale_at(policy, check, observation):
    push = policy.juggler["push_period"]
    if check.kind == "netmon":
        return observation.receive_time + 2 * policy.netmon["fetch_period"]
    by_receipt = observation.receive_time + 2 * push
    if observation.metadata_timestamp is None:
        return by_receipt
    hw_watcher = policy.hw_watcher
    by_measurement = (observation.metadata_timestamp + hw_watcher["period"] + check.period
                      + hw_watcher["latency"] + push)
    return min(by_receipt, by_measurement)


def expire_at(policy, observation):
    return (observation.receive_time
            + policy.retention["push_periods"] * policy.juggler["push_period"])


def effective(policy, check, observation):
    """A lower bound of the moment at which the state was true."""
    if observation.metadata_timestamp is not None:
        return observation.metadata_timestamp - check.accuracy
    overhead = policy.juggler["overhead"]
    push = policy.juggler["push_period"]
    by_status = observation.status_mtime - overhead - check.accuracy
    by_receipt = (observation.receive_time - overhead - push - 2 * check.period
                  - check.accuracy)
    return max(by_status, by_receipt)


def lag(policy, kind):
    if kind == "netmon":
        return policy.netmon["window"] + policy.netmon["fetch_period"]
    return (policy.pongerd["flap_delay"] + policy.juggler["propagation"]
            + policy.juggler["push_period"])


def appear_by(world, host):
    base = host.base()
    if base is None:
        return None
    appearance = world.policy.appearance
    opened = base - appearance["cron_delay"] - appearance["cron_duration"]
    # Its own is included, also where the interval is empty.
    new_hosts = sum(1 for moment in world.arrivals if opened < moment <= base or moment == base)
    return (base + appearance["cron_delay"] + appearance["cron_duration"]
            + appearance["cron_per_host"] * new_hosts
            + world.policy.pongerd["flap_delay"] + appearance["passive_period"]
            + world.policy.juggler["propagation"] + world.policy.juggler["push_period"])


def dependencies(world, host):
    """Pairs of a check of infrastructure and a name; (None, None) if unstated."""
    found = []
    for kind, fact in (("netmon", host.facts["switch"]), ("rack", host.facts["rack"])):
        checks = world.policy.checks_of(kind)
        if fact is None or not checks:
            continue
        if fact is UNSTATED:
            if world.policy.infrastructure["unstated"] == "unknown":
                found.append((None, None))
            continue
        found.extend((check, fact) for check in checks)
    return found


def settling(world, check, observation, infrastructure, now):
    """`check` is that of infrastructure, `observation` is the active check's own."""
    policy = world.policy
    if policy.infrastructure["settling"] == "receipt":
        seen = infrastructure.receive_time - lag(policy, check.kind)
        return not seen > observation.status_mtime
    return not now - observation.status_mtime > lag(policy, check.kind)


def dependency_reasons(world, subject, dependency, now):
    """Why one switch or rack keeps an active check from counting."""
    check, name = dependency
    infrastructure = None if check is None else world.infrastructure.get((name, check.name))
    if (infrastructure is None or infrastructure.implausible
            or now >= stale_at(world.policy, check, infrastructure)):
        return {"infrastructure_unknown"}
    reasons = set()
    if infrastructure.status != "OK":
        reasons.add("infrastructure_not_ok")
    own = effective(world.policy, subject.check, subject.observation)
    if not own > infrastructure.status_mtime:
        reasons.add("precedes_infrastructure_change")
    if settling(world, check, subject.observation, infrastructure, now):
        reasons.add("infrastructure_settling")
    return reasons


def age_reasons(world, subject, now):
    """The reasons that checks of hosts and of infrastructure have in common."""
    observation = subject.observation
    reasons = set()
    if observation.implausible:
        reasons.add("implausible_time")
    if now >= expire_at(world.policy, observation):
        reasons.add("expired")
    if now >= stale_at(world.policy, subject.check, observation):
        reasons.add("stale")
    return reasons


def history_reasons(world, subject):
    """The reasons that lie in what happened to the host."""
    host, observation = subject.host, subject.observation
    since = effective(world.policy, subject.check, observation)
    reasons = set()
    if host.manipulated:
        reasons.add("under_manipulation")
    if host.manipulation_end is not None and not since > host.manipulation_end:
        reasons.add("precedes_manipulation")
    if host.renamed is not None:
        detected = host.renamed + world.policy.rename["detection"]
        if not (observation.status_mtime > host.renamed or since > detected):
            reasons.add("precedes_rename")
    return reasons


class Subject:
    """One check of one host, or of one switch or rack (then `host` is None)."""

    def __init__(self, name, host, check, observation):
        self.name = name
        self.host = host
        self.check = check
        self.observation = observation

    def key(self):
        return (self.name, self.host.incarnation if self.host else None, self.check.name)


def judge(world, subject, now):
    """The set of reasons at `now`, and the set of names that block."""
    if subject.observation is None:
        return {"unobserved" if now < appear_by(world, subject.host) else "missing"}, set()
    reasons = age_reasons(world, subject, now)
    if subject.host is None:
        return reasons, set()
    if (subject.check.kind == "hw_watcher" and subject.observation.status != "NODATA"
            and subject.observation.metadata_timestamp is None):
        reasons.add("unmeasured")
    reasons |= history_reasons(world, subject)
    blockers = set()
    if subject.check.kind == "active":
        for dependency in dependencies(world, subject.host):
            found = dependency_reasons(world, subject, dependency, now)
            reasons |= found
            if found and dependency[1] is not None:
                blockers.add(dependency[1])
    return reasons, blockers


def subjects_of(world, host):
    """The checks of a host that have a verdict."""
    found = []
    for check in world.policy.checks_of_hosts():
        observation = host.observations.get(check.name)
        if observation is not None or (check.required and host.base() is not None):
            found.append(Subject(host.name, host, check, observation))
    return found


def all_subjects(world):
    found = [subject for host in world.hosts.values() for subject in subjects_of(world, host)]
    for (name, service), observation in world.infrastructure.items():
        found.append(Subject(name, None, world.policy.checks[service], observation))
    return sorted(found, key=lambda one: (one.name.encode(), one.check.name.encode()))


# Which moments to try.


def observations_of(world, subject):
    """Pairs of check and observation: its own, and those of its dependencies."""
    pairs = []
    if subject.observation is not None:
        pairs.append((subject.check, subject.observation))
    if subject.host is not None and subject.check.kind == "active":
        for check, name in dependencies(world, subject.host):
            if check is not None and (name, check.name) in world.infrastructure:
                pairs.append((check, world.infrastructure[(name, check.name)]))
    return pairs


def named_moments(world, subject):
    """The seconds next to each moment that a rule names."""
    moments = set()
    for check, observation in observations_of(world, subject):
        moments.add(stale_at(world.policy, check, observation))
        moments.add(expire_at(world.policy, observation))
    if subject.observation is None:
        moments.add(appear_by(world, subject.host))
    else:
        for kind in oracle_policy.INFRASTRUCTURE_KINDS:
            moments.add(subject.observation.status_mtime + lag(world.policy, kind))
    return {moment + offset for moment in moments for offset in (-2, -1, 0, 1, 2)}


def time_facts(world, subject):
    """Every moment in the facts that a rule about this subject can start to count from."""
    facts = set()
    for _, observation in observations_of(world, subject):
        facts |= {observation.receive_time, observation.status_mtime}
        if observation.metadata_timestamp is not None:
            facts.add(observation.metadata_timestamp)
    if subject.host is not None:
        facts |= {subject.host.base(), subject.host.manipulation_end} - {None}
    return facts


def longest_reach(world):
    """No rule adds more than this to a fact: all durations of the policy together."""
    policy = world.policy
    reach = sum(policy.hw_watcher.values()) + sum(policy.netmon.values())
    reach += sum(policy.pongerd.values()) + sum(policy.rename.values())
    reach += sum(policy.appearance.values())
    reach += policy.appearance["cron_per_host"] * len(world.arrivals)
    reach += policy.juggler["propagation"] + policy.juggler["overhead"]
    reach += policy.juggler["push_period"] * (3 + policy.retention["push_periods"])
    reach += max((2 * (check.period or 0) + check.accuracy for check in policy.checks.values()),
                 default=0)
    return reach


def all_moments(world, subject):
    """Every second in which anything about the subject can change."""
    reach = longest_reach(world)
    moments = set()
    for fact in time_facts(world, subject):
        moments.update(range(fact - 2, fact + reach + 3))
    return moments


def moments_to_try(world, subject, brute):
    return all_moments(world, subject) if brute else named_moments(world, subject)


# What follows from trying them.


def next_change(world, subject, now, brute):
    reasons = judge(world, subject, now)[0]
    if brute:
        last = max(time_facts(world, subject) | {now}) + longest_reach(world)
        later = range(now + 1, last + 1)
    else:
        later = sorted(moment for moment in named_moments(world, subject) if moment > now)
    for moment in later:
        if judge(world, subject, moment)[0] != reasons:
            return moment
    return None


def window(world, subject, brute):
    moments = sorted(moments_to_try(world, subject, brute))
    permitted = [moment for moment in moments if not judge(world, subject, moment)[0]]
    if not permitted:
        return None
    first, last = permitted[0], permitted[-1]
    between = [moment for moment in moments if first <= moment <= last]
    assert between == permitted, "the rules permit more than one window"
    assert last != moments[-1], "the rules permit a check for ever"
    # Nothing changes before the first moment: what is permitted there always was.
    return [None if first == moments[0] else first, last + 1]


# Lines.


def in_order(names):
    return sorted(names, key=lambda name: name.encode())


def check_verdict(world, subject, now):
    """The part of a line by which --on-change compares."""
    reasons, blockers = judge(world, subject, now)
    status = None
    if subject.observation is not None and "expired" not in reasons:
        status = subject.observation.status
    return {
        "status": status,
        "counts": not reasons,
        "excluded_by": [reason for reason in REASONS if reason in reasons],
        "blocked_by": in_order(blockers),
    }


def check_lines(world, now):
    """Triples of key, verdict, and how to finish the line."""
    for subject in all_subjects(world):
        def finish(verdict, brute, subject=subject):
            line = {"time": now, "host": subject.name, "check": subject.check.name}
            line.update(verdict)
            line["window"] = window(world, subject, brute)
            line["next_change"] = next_change(world, subject, now, brute)
            return line
        yield subject.key(), check_verdict(world, subject, now), finish


def is_waiting(reasons):
    if not reasons:
        return False
    if "under_manipulation" in reasons:
        return True
    if reasons & {"expired", "implausible_time", "unmeasured"}:
        return False
    return any(reason == "unobserved" or reason.startswith(("precedes_", "infrastructure_"))
               for reason in reasons)


def state_of(failing, waiting, required, content):
    if failing:
        return "failing"
    if required and content == required:
        return "healthy"
    return "undecided" if waiting else "unmonitored"


def host_verdict(world, host, now):
    required = {check.name for check in world.policy.checks_of_hosts() if check.required}
    failing, waiting, counting, content = set(), set(), set(), set()
    for subject in subjects_of(world, host):
        name = subject.check.name
        reasons = judge(world, subject, now)[0]
        status = subject.observation.status if subject.observation else None
        if not reasons and status == "CRIT":
            failing.add(name)
        if name in required and is_waiting(reasons):
            waiting.add(name)
        if name in required and not reasons and status != "NODATA":
            counting.add(name)
        if name in required and not reasons and status in ("OK", "WARN", "INFO"):
            content.add(name)
    return {
        "state": state_of(failing, waiting, required, content),
        "failing": in_order(failing),
        "waiting": in_order(waiting),
        "silent": in_order(required - waiting - counting),
    }


def host_lines(world, now):
    for name in in_order(world.hosts):
        def finish(verdict, brute, host=world.hosts[name]):
            line = {"time": now, "host": host.name}
            line.update(verdict)
            changes = [next_change(world, one, now, brute) for one in subjects_of(world, host)]
            line["next_change"] = min((one for one in changes if one is not None), default=None)
            return line
        key = (name, world.hosts[name].incarnation)
        yield key, host_verdict(world, world.hosts[name], now), finish


# Replay.


def next_second_of_interest(world, now, events, start, brute):
    """The next second to look at in --on-change."""
    if brute:
        return now + 1
    later = {events[0]["time"]} if events else set()
    later.add(start)
    for subject in all_subjects(world):
        later |= named_moments(world, subject)
    return min((moment for moment in later if moment > now), default=None)


def apply_until(world, events, now):
    while events and events[0]["time"] <= now:
        world.apply(events.pop(0))


def replay_at(policy, events, moments, lines, brute):
    world = World(policy)
    events = list(events)
    for now in moments:
        apply_until(world, events, now)
        for _, verdict, finish in lines(world, now):
            yield finish(verdict, brute)


def replay_on_change(policy, events, start, until, lines, brute):
    world = World(policy)
    events = list(events)
    last = {}
    now = events[0]["time"] if events else None
    while now is not None and now <= until:
        apply_until(world, events, now)
        if now >= start:
            for key, verdict, finish in lines(world, now):
                if last.get(key) != verdict:
                    last[key] = verdict
                    yield finish(verdict, brute)
        now = next_second_of_interest(world, now, events, start, brute)


def replay(options):
    policy = oracle_policy.default_policy()
    if options.policy:
        policy = oracle_policy.load_policy(options.policy)
    events = read_recordings(options.recordings)
    if not events:
        return
    lines = host_lines if options.hosts else check_lines
    first, until = events[0]["time"], options.until
    start = first if options.start is None else options.start
    if until is None and not options.at:
        until = events[-1]["time"]
    if options.on_change:
        yield from replay_on_change(policy, events, start, until, lines, options.brute)
        return
    moments = sorted(set(options.at)) if options.at else range(first, until + 1, options.every)
    moments = [now for now in moments if now >= start and (until is None or now <= until)]
    yield from replay_at(policy, events, moments, lines, options.brute)


def format_line(line):
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def looks_like_time(text):
    return bool(re.fullmatch(r"\d+(\.\d+)?|\d{4}-\d\d-\d\d[Tt ].*", text))


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description="prints the verdicts of recordings")
    parser.add_argument("--policy")
    parser.add_argument("--at", nargs="+", action="append", default=[])
    parser.add_argument("--every", type=oracle_policy.parse_duration)
    parser.add_argument("--on-change", action="store_true")
    parser.add_argument("--from", dest="start", type=parse_time_argument)
    parser.add_argument("--until", type=parse_time_argument)
    parser.add_argument("--hosts", action="store_true")
    parser.add_argument("--brute", action="store_true", help="try every second")
    parser.add_argument("recordings", nargs="*")
    options = parser.parse_args(arguments)
    # `--at` takes all that follows: what is no time was meant as a recording.
    values = [value for group in options.at for value in group]
    options.at = [parse_time_argument(value) for value in values if looks_like_time(value)]
    options.recordings = ([value for value in values if not looks_like_time(value)]
                          + options.recordings)
    if bool(options.at) + bool(options.every) + options.on_change != 1:
        parser.error("give one of --at, --every and --on-change")
    if not options.recordings:
        parser.error("give a recording")
    return options


def main(arguments):
    try:
        for line in replay(parse_arguments(arguments)):
            sys.stdout.buffer.write(format_line(line).encode() + b"\n")
    except (InputError, OSError, oracle_policy.PolicyError) as error:
        sys.stdout.flush()
        print("oracle: %s" % error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
