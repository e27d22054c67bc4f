#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the oracle by statements worked out by hand, and the tools around it by each other."""

import contextlib
import io
import json
import os
import random
import stat
import sys
import tempfile
import unittest

import differential
import generate
import oracle
import oracle_policy

T = 1700000000
MINUTE = 60
HOUR = 3600
DAY = 86400
HERE = os.path.dirname(os.path.abspath(__file__))


def host(time, name="h", **facts):
    return {"event": "host", "time": time, "host": name, **facts}


def alone(time, name="h"):
    """A host that depends on no switch and no rack."""
    return host(time, name, switch=None, rack=None)


def assign(time, name="h"):
    return {"event": "assign", "time": time, "host": name}


def manipulation(time, phase="end", name="h"):
    return {"event": "manipulation", "time": time, "host": name, "phase": phase}


def rename(time, name, to):
    return {"event": "rename", "time": time, "host": name, "to": to}


def remove(time, name="h"):
    return {"event": "remove", "time": time, "host": name}


def check(time, service, name="h", status="OK", since=T - DAY, measured=None):
    line = {
        "event": "check", "receive_time": time, "host": name, "service": service,
        "status": status, "status_mtime": since,
    }
    if measured is not None:
        line["metadata"] = {"timestamp": measured}
    return line


class Case(unittest.TestCase):
    policy = ""

    def replay(self, lines, *arguments, policy=None):
        """The verdicts, asked with and without stepping through every second."""
        with tempfile.TemporaryDirectory() as directory:
            recording = os.path.join(directory, "recording")
            policy_path = os.path.join(directory, "policy")
            generate.write_lines(recording, [json.dumps(line) for line in lines])
            with open(policy_path, "w", encoding="utf-8") as file:
                file.write(self.policy if policy is None else policy)
            words = ["--policy", policy_path, *arguments, recording]
            quick = list(oracle.replay(oracle.parse_arguments(words)))
            self.assertEqual(quick, list(oracle.replay(oracle.parse_arguments(
                words + ["--brute"]))))
            return quick

    def verdict(self, lines, now, service, name="h", policy=None):
        for line in self.replay(lines, "--at", str(now), policy=policy):
            if (line["host"], line["check"]) == (name, service):
                return line
        return None

    def reasons(self, *arguments, **more):
        return self.verdict(*arguments, **more)["excluded_by"]

    def state(self, lines, now, name="h", policy=None):
        for line in self.replay(lines, "--at", str(now), "--hosts", policy=policy):
            if line["host"] == name:
                return line
        return None


class FiguresOfTheText(Case):
    """An unchanged state is proven by what is received later than M and so many minutes."""

    def proven_at(self, service, delay):
        lines = [alone(T), manipulation(T), check(T + delay, service)]
        return self.reasons(lines, T + delay, service) == []

    def assert_border(self, service, minutes):
        self.assertFalse(self.proven_at(service, minutes * MINUTE))
        self.assertTrue(self.proven_at(service, minutes * MINUTE + 1))

    def test_unreachable_takes_12_minutes(self):
        self.assert_border("UNREACHABLE", 12)

    def test_ssh_takes_14_minutes(self):
        self.assert_border("ssh", 14)

    def test_passive_checks_take_20_minutes(self):
        self.assert_border("meta", 20)
        self.assert_border("fs_check", 20)

    def test_nodata_of_hw_watcher_is_as_of_a_passive_check(self):
        for delay, counts in ((1200, False), (1201, True)):
            lines = [alone(T), manipulation(T),
                     check(T + delay, "memory", status="NO DATA", measured=T + delay + 9999)]
            found = self.verdict(lines, T + delay, "memory")
            self.assertEqual(found["counts"], counts)
            self.assertEqual(found["status"], "NODATA")

    def test_a_change_is_certain_after_5_minutes(self):
        for since, reasons in ((300, ["precedes_manipulation"]), (301, [])):
            lines = [alone(T), manipulation(T), check(T + 301, "meta", since=T + since)]
            self.assertEqual(self.reasons(lines, T + 301, "meta"), reasons)

    def test_hw_watcher_by_measurement(self):
        for measured, reasons in ((60, ["precedes_manipulation"]), (61, [])):
            lines = [alone(T), manipulation(T),
                     check(T + 100, "memory", measured=T + measured)]
            self.assertEqual(self.reasons(lines, T + 100, "memory"), reasons)

    def test_the_mean_lag_of_hw_watcher_is_13_minutes(self):
        policy = oracle_policy.default_policy()
        mean = (policy.checks["memory"].accuracy + policy.hw_watcher["period"] / 2
                + policy.hw_watcher["latency"] + policy.checks["memory"].period / 2
                + policy.juggler["push_period"] / 2)
        self.assertEqual(mean, 13 * MINUTE)

    def test_overhead_is_flap_delay_and_propagation(self):
        policy = oracle_policy.default_policy()
        self.assertEqual(policy.juggler["overhead"],
                         policy.pongerd["flap_delay"] + policy.juggler["propagation"])

    def test_rename_takes_3_hours_unless_the_status_changes(self):
        lines = [alone(T, "a"), rename(T, "a", "h")]
        late = 3 * HOUR + 20 * MINUTE
        for delay, since, reasons in (
                (late, T - DAY, ["precedes_rename"]), (late + 1, T - DAY, []),
                (late, T, ["precedes_rename"]), (10, T, ["precedes_rename"]), (10, T + 1, [])):
            line = check(T + delay, "meta", since=since)
            self.assertEqual(self.reasons(lines + [line], T + delay, "meta"), reasons)


class Ages(Case):
    def test_passive_checks_are_stale_after_two_pushes(self):
        lines = [alone(T), check(T, "meta")]
        self.assertEqual(self.reasons(lines, T + 599, "meta"), [])
        self.assertEqual(self.reasons(lines, T + 600, "meta"), ["stale"])
        self.assertEqual(self.reasons(lines, T + 899, "meta"), ["stale"])
        self.assertEqual(self.reasons(lines, T + 900, "meta"), ["expired", "stale"])

    def test_the_status_is_forgotten_when_it_expires(self):
        lines = [alone(T), check(T, "meta")]
        self.assertEqual(self.verdict(lines, T + 899, "meta")["status"], "OK")
        self.assertIsNone(self.verdict(lines, T + 900, "meta")["status"])

    def test_hw_watcher_is_stale_22_minutes_after_the_measurement(self):
        measured = T - 13 * MINUTE
        lines = [alone(T), check(T, "memory", measured=measured)]
        self.assertEqual(self.verdict(lines, T, "memory")["window"], [None, T + 9 * MINUTE])
        lines = [alone(T), check(T, "memory", measured=T - 12 * MINUTE + 5)]
        self.assertEqual(self.verdict(lines, T, "memory")["window"], [None, T + 600])

    def test_netmon_and_rack(self):
        lines = [check(T, "netmon", "s"), check(T, "rack", "r")]
        self.assertEqual(self.verdict(lines, T, "netmon", "s")["window"], [None, T + 120])
        self.assertEqual(self.verdict(lines, T, "rack", "r")["window"], [None, T + 600])

    def test_retention_shorter_than_freshness(self):
        policy = "retention: {push_periods: 1}\n"
        lines = [alone(T), check(T, "meta")]
        found = self.verdict(lines, T, "meta", policy=policy)
        self.assertEqual((found["window"], found["next_change"]), ([None, T + 300], T + 300))
        self.assertEqual(self.reasons(lines, T + 300, "meta", policy=policy), ["expired"])


class Implausible(Case):
    def test_skew_up_to_accuracy_is_lowered(self):
        for ahead, reasons in ((60, []), (61, ["implausible_time"])):
            lines = [alone(T), check(T, "meta", since=T + ahead)]
            self.assertEqual(self.reasons(lines, T, "meta"), reasons)
            lines = [alone(T), check(T, "memory", measured=T + ahead)]
            self.assertEqual(self.reasons(lines, T, "memory"), reasons)

    def test_lowered_to_the_receipt(self):
        policy = "juggler: {overhead: 0s}\n"
        lines = [alone(T), manipulation(T + 40), check(T + 100, "meta", since=T + 160)]
        self.assertEqual(self.reasons(lines, T + 100, "meta", policy=policy),
                         ["precedes_manipulation"])

    def test_a_plausible_one_makes_good(self):
        lines = [alone(T), check(T, "meta", since=T + 99), check(T, "meta")]
        self.assertEqual(self.reasons(lines, T, "meta"), [])

    def test_unmeasured(self):
        lines = [alone(T), check(T, "memory")]
        self.assertEqual(self.reasons(lines, T, "memory"), ["unmeasured"])


class Appearance(Case):
    def test_default_is_24_minutes(self):
        lines = [assign(T)]
        self.assertEqual(self.reasons(lines, T + 24 * MINUTE - 1, "ssh"), ["unobserved"])
        self.assertEqual(self.reasons(lines, T + 24 * MINUTE, "ssh"), ["missing"])
        found = self.verdict(lines, T, "ssh")
        self.assertEqual((found["status"], found["window"], found["next_change"]),
                         (None, None, T + 24 * MINUTE))
        self.assertIsNone(self.verdict(lines, T + 24 * MINUTE, "ssh")["next_change"])

    def test_each_new_host_delays(self):
        policy = "appearance: {cron_per_host: 10s}\n"
        lines = [assign(T, "a"), assign(T + 1, "b"), assign(T + 600, "h"), alone(T + 601, "h")]
        found = self.verdict(lines, T + 601, "ssh", policy=policy)
        self.assertEqual(found["next_change"], T + 600 + 24 * MINUTE + 20)

    def test_renames_are_arrivals(self):
        policy = "appearance: {cron_per_host: 10s}\n"
        lines = [assign(T, "a"), assign(T, "x"), rename(T, "a", "h")]
        found = self.verdict(lines, T, "ssh", policy=policy)
        self.assertEqual(found["next_change"], T + 24 * MINUTE + 30)

    def test_no_verdict_without_base_or_requirement(self):
        self.assertIsNone(self.verdict([alone(T)], T, "ssh"))
        self.assertIsNone(self.verdict([assign(T)], T, "link"))

    def test_nothing_else_holds_where_nothing_was_received(self):
        lines = [assign(T), manipulation(T, "begin")]
        self.assertEqual(self.reasons(lines, T, "ssh"), ["unobserved"])


class Manipulation(Case):
    def test_begins_do_not_nest(self):
        lines = [alone(T), manipulation(T, "begin"), manipulation(T + 1, "begin"),
                 check(T + 1, "meta")]
        self.assertEqual(self.reasons(lines, T + 1, "meta"), ["under_manipulation"])
        lines += [manipulation(T + 2, "end")]
        self.assertEqual(self.reasons(lines, T + 2, "meta"), ["precedes_manipulation"])

    def test_both_reasons(self):
        lines = [alone(T), manipulation(T), manipulation(T, "begin"), check(T, "meta")]
        self.assertEqual(self.reasons(lines, T, "meta"),
                         ["under_manipulation", "precedes_manipulation"])

    def test_assign_keeps_what_was_observed(self):
        lines = [alone(T), check(T, "meta"), assign(T)]
        self.assertEqual(self.reasons(lines, T, "meta"), [])


class Infrastructure(Case):
    def lines(self, switch=None, rack=None, since=T - DAY):
        switch = switch or check(T, "netmon", "s")
        rack = rack or check(T, "rack", "r")
        return [host(T, switch="s", rack="r"), switch, rack, check(T, "ssh", since=since)]

    def test_counts(self):
        found = self.verdict(self.lines(), T, "ssh")
        self.assertEqual((found["excluded_by"], found["blocked_by"]), ([], []))
        self.assertEqual(found["window"], [T - DAY + 540 + 1, T + 120])

    def test_passive_checks_do_not_depend(self):
        self.assertEqual(self.reasons([host(T), check(T, "meta")], T, "meta"), [])

    def test_not_ok(self):
        for status in ("INFO", "WARN", "NODATA", "CRIT"):
            found = self.verdict(self.lines(check(T, "netmon", "s", status)), T, "ssh")
            self.assertEqual(found["excluded_by"], ["infrastructure_not_ok"])
            self.assertEqual(found["blocked_by"], ["s"])

    def test_unknown(self):
        for switch in (check(T, "netmon", "other"), check(T, "netmon", "s", since=T + 61),
                       check(T, "netmon", "s", "CRIT", T + 61)):
            found = self.verdict(self.lines(switch), T, "ssh")
            self.assertEqual(found["excluded_by"], ["infrastructure_unknown"])
            self.assertEqual(found["blocked_by"], ["s"])
        self.assertEqual(self.reasons(self.lines(), T + 119, "ssh"), [])
        self.assertEqual(self.reasons(self.lines(), T + 120, "ssh"), ["infrastructure_unknown"])

    def test_precedes_change(self):
        proven = T - 14 * MINUTE
        for since, reasons in ((proven, ["precedes_infrastructure_change"]), (proven - 1, [])):
            lines = self.lines(check(T, "netmon", "s", since=since))
            self.assertEqual(self.reasons(lines, T, "ssh"), reasons)

    def test_settling_by_clock(self):
        lines = [host(T, switch="s", rack=None), check(T, "ssh", since=T)]
        lines += [check(T + 300, "netmon", "s", since=T - DAY)]
        self.assertEqual(self.reasons(lines, T + 360, "ssh"), ["infrastructure_settling"])
        self.assertEqual(self.reasons(lines, T + 361, "ssh"), [])
        self.assertEqual(self.verdict(lines, T + 300, "ssh")["window"], [T + 361, T + 420])
        self.assertEqual(self.verdict(lines, T + 300, "ssh")["next_change"], T + 361)

    def test_settling_of_a_rack_takes_9_minutes(self):
        lines = [host(T, switch=None, rack="r"), check(T, "ssh", since=T),
                 check(T + 1, "rack", "r")]
        self.assertEqual(self.verdict(lines, T + 1, "ssh")["window"], [T + 541, T + 600])

    def test_settling_by_receipt(self):
        policy = "infrastructure: {settling: receipt}\n"
        for received, reasons in ((360, ["infrastructure_settling"]), (361, [])):
            lines = [host(T, switch="s", rack=None), check(T, "ssh", since=T),
                     check(T + received, "netmon", "s")]
            self.assertEqual(self.reasons(lines, T + received, "ssh", policy=policy), reasons)

    def test_unstated(self):
        lines = [check(T, "ssh")]
        found = self.verdict(lines, T, "ssh")
        self.assertEqual((found["excluded_by"], found["blocked_by"]),
                         (["infrastructure_unknown"], []))
        policy = "infrastructure: {unstated: none}\n"
        self.assertEqual(self.reasons(lines, T, "ssh", policy=policy), [])
        policy = "checks:\n  ssh: {kind: active}\n"
        self.assertEqual(self.reasons(lines, T, "ssh", policy=policy), [])

    def test_blocked_by_is_sorted_and_each_once(self):
        lines = [host(T, switch="z", rack="a"), check(T, "ssh")]
        self.assertEqual(self.verdict(lines, T, "ssh")["blocked_by"], ["a", "z"])
        lines = [host(T, switch="z", rack="z"), check(T, "ssh")]
        self.assertEqual(self.verdict(lines, T, "ssh")["blocked_by"], ["z"])

    def test_moving(self):
        lines = self.lines() + [host(T + 1, switch="s2")]
        self.assertEqual(self.reasons(lines, T, "ssh"), [])
        self.assertEqual(self.verdict(lines, T + 1, "ssh")["blocked_by"], ["s2"])

    def test_several_checks_of_a_switch(self):
        policy = "checks:\n  ssh: {kind: active}\n  a: {kind: netmon}\n  b: {kind: netmon}\n"
        lines = [host(T, switch="s"), check(T, "a", "s"), check(T, "ssh")]
        self.assertEqual(self.reasons(lines, T, "ssh", policy=policy),
                         ["infrastructure_unknown"])
        lines += [check(T, "b", "s", "CRIT")]
        self.assertEqual(self.reasons(lines, T, "ssh", policy=policy),
                         ["infrastructure_not_ok"])


class Names(Case):
    def names(self, lines, *arguments):
        return {line["host"] for line in self.replay(lines, *arguments)}

    def test_rename_drops_observations_and_keeps_facts(self):
        lines = [alone(T, "a"), manipulation(T, "begin", "a"), check(T, "meta", "a"),
                 rename(T + 1, "a", "h"), check(T + 2, "meta", "h", since=T + 2)]
        self.assertEqual(self.reasons(lines, T + 1, "meta"), ["unobserved"])
        self.assertEqual(self.reasons(lines, T + 2, "meta"), ["under_manipulation"])
        self.assertEqual(self.names(lines, "--at", str(T + 2)), {"h"})

    def test_retired_names_stay_silent(self):
        lines = [alone(T), remove(T + 1), check(T + 2, "meta")]
        self.assertEqual(self.names(lines, "--at", str(T + 2)), set())
        lines += [alone(T + 3), check(T + 4, "meta")]
        self.assertEqual(self.reasons(lines, T + 4, "meta"), [])

    def test_rename_onto_a_retired_name(self):
        lines = [alone(T, "a"), alone(T, "b"), remove(T, "b"), rename(T, "a", "b")]
        self.assertEqual(self.reasons(lines, T, "meta", "b"), ["unobserved"])

    def test_rename_absorbs_what_only_checks_declared(self):
        lines = [alone(T, "a"), check(T, "meta", "b"), rename(T, "a", "b")]
        self.assertEqual(self.reasons(lines, T, "meta", "b"), ["unobserved"])
        lines = [alone(T, "a"), alone(T, "b"), rename(T, "a", "b")]
        with self.assertRaises(oracle.InputError):
            self.replay(lines, "--on-change")

    def test_unknown_hosts(self):
        for event in (manipulation(T), rename(T, "h", "x"), remove(T)):
            with self.assertRaises(oracle.InputError):
                self.replay([event], "--on-change")

    def test_starts_afresh(self):
        again = [alone(T), check(T, "meta")]
        lines = again + [remove(T + 1)] + [dict(again[0], time=T + 1),
                                           check(T + 1, "meta")]
        self.assertEqual([line["time"] for line in self.replay(lines, "--on-change")],
                         [T, T + 1])
        without = again + [check(T + 1, "meta")]
        self.assertEqual([line["time"] for line in self.replay(without, "--on-change")], [T])


class Hosts(Case):
    policy = ("checks:\n  a: {kind: passive, required: true}\n"
              "  b: {kind: passive, required: true}\n  c: {kind: passive}\n")

    def assert_state(self, lines, now, state, failing=(), waiting=(), silent=()):
        found = self.state(lines, now)
        self.assertEqual(found["state"], state)
        self.assertEqual((found["failing"], found["waiting"], found["silent"]),
                         (list(failing), list(waiting), list(silent)))

    def test_healthy(self):
        lines = [check(T, "a", status="INFO"), check(T, "b", status="WARN")]
        self.assert_state(lines, T, "healthy")
        self.assert_state(lines, T + 600, "unmonitored", silent="ab")

    def test_failing_by_a_check_that_is_not_required(self):
        lines = [check(T, "a"), check(T, "c", status="CRIT")]
        self.assert_state(lines, T, "failing", failing="c", silent="b")

    def test_undecided(self):
        lines = [assign(T), manipulation(T), check(T, "a")]
        self.assert_state(lines, T, "undecided", waiting="ab")
        self.assert_state(lines, T + 600, "undecided", waiting="ab")
        self.assert_state(lines, T + 1500, "unmonitored", silent="ab")

    def test_nodata_that_counts_is_silent(self):
        lines = [check(T, "a"), check(T, "b", status="NODATA")]
        self.assert_state(lines, T, "unmonitored", silent="b")

    def test_under_manipulation_waits_in_any_case(self):
        lines = [check(T, "a"), check(T, "b", since=T + 99), manipulation(T, "begin")]
        self.assert_state(lines, T, "undecided", waiting="ab")
        self.assert_state(lines, T + 900, "undecided", waiting="ab")

    def test_no_required_checks(self):
        policy = "checks:\n  c: {kind: passive}\n"
        found = self.state([check(T, "c")], T, policy=policy)
        self.assertEqual(found["state"], "unmonitored")

    def test_next_change_is_the_nearest(self):
        lines = [check(T, "a"), check(T + 5, "b")]
        self.assertEqual(self.state(lines, T + 5)["next_change"], T + 600)


class Replay(Case):
    def times(self, *arguments):
        lines = [alone(T), check(T, "meta"), check(T + 100, "meta")]
        return [line["time"] - T for line in self.replay(lines, *arguments)]

    def test_every(self):
        self.assertEqual(self.times("--every", "50s"), [0, 50, 100])
        self.assertEqual(self.times("--every", "50s", "--until", str(T + 149)), [0, 50, 100])
        self.assertEqual(self.times("--every", "30s", "--from", str(T + 40)), [60, 90])

    def test_at(self):
        self.assertEqual(self.times("--at", str(T + 500), "--at", str(T), "--at", str(T - 1)),
                         [0, 500])

    def test_on_change(self):
        self.assertEqual(self.times("--on-change"), [0])
        self.assertEqual(self.times("--on-change", "--until", str(T + 1000)), [0, 700, 1000])
        self.assertEqual(self.times("--on-change", "--until", str(T + 999)), [0, 700])
        self.assertEqual(self.times("--on-change", "--from", str(T + 7)), [7])
        self.assertEqual(self.times("--on-change", "--from", str(T + 101)), [])

    def test_order_is_by_bytes(self):
        lines = [alone(T, "b"), alone(T, "\u00e9"), alone(T, "Z"), check(T, "meta", "\u00e9"),
                 check(T, "meta", "b"), check(T, "meta", "Z"), check(T, "fs_check", "b")]
        found = [(line["host"], line["check"]) for line in self.replay(lines, "--on-change")]
        self.assertEqual(found, [("Z", "meta"), ("b", "fs_check"), ("b", "meta"),
                                 ("\u00e9", "meta")])

    def test_a_line_as_in_the_example(self):
        lines = [alone(T, "h1"), manipulation(T, "end", "h1"), check(T + 500, "ssh", "h1")]
        text = oracle.format_line(self.verdict(lines, T + 500, "ssh", "h1"))
        self.assertEqual(text, (
            '{"time":1700000500,"host":"h1","check":"ssh","status":"OK","counts":false,'
            '"excluded_by":["precedes_manipulation"],"blocked_by":[],"window":null,'
            '"next_change":1700001100}'))


class Reading(unittest.TestCase):
    def test_times(self):
        for text in ("1700000000", "1700000000.999", '"2023-11-14T22:13:20Z"',
                     '"2023-11-15T01:13:20.5+03:00"', '"2023-11-14T18:43:20-03:30"'):
            line = '{"event":"assign","time":%s,"host":"h"}' % text
            self.assertEqual(oracle.parse_event(line)["time"], T)

    def test_all_spellings_of_a_time(self):
        rng = random.Random(1)
        for _ in range(500):
            seconds = rng.randrange(0, 4200000000)
            line = '{"event":"assign","time":%s,"host":"h"}' % generate.time_text(rng, seconds)
            self.assertEqual(oracle.parse_event(line)["time"], seconds, line)

    def test_errors(self):
        good = check(T, "meta")
        for change in ({"status": "GOOD"}, {"host": ""}, {"status_mtime": None},
                       {"event": "else"}, {"receive_time": -1}, {"metadata": 3}):
            with self.assertRaises(oracle.InputError):
                oracle.parse_event(json.dumps(dict(good, **change)))
        self.assertEqual(oracle.parse_event(json.dumps(good))["status"], "OK")

    def test_durations(self):
        for text, seconds in (("90s", 90), ("5m", 300), ("1h30m", 5400), ("0s", 0)):
            self.assertEqual(oracle_policy.parse_duration(text), seconds)
        for text in ("", "5", "-5s", "367d", "5m1h", "1.5h"):
            with self.assertRaises(oracle_policy.PolicyError):
                oracle_policy.parse_duration(text)

    def test_policy(self):
        policy = oracle_policy.parse_policy(
            "# comment\njuggler: {push_period: 1m, overhead: 5s}  # more\nchecks:\n"
            "  ssh:\n    kind: active\n    required: true\n  m: {kind: hw_watcher}\n")
        self.assertEqual(policy.juggler["push_period"], 60)
        self.assertEqual(policy.juggler["propagation"], 60)
        self.assertEqual(policy.hw_watcher["period"], 600)
        self.assertEqual((policy.checks["ssh"].period, policy.checks["ssh"].required), (60, True))
        self.assertEqual((policy.checks["m"].period, policy.checks["m"].accuracy), (300, 60))

    def test_policy_errors(self):
        for text in ("else: {}", "juggler: {x: 1s}", "juggler: {push_period: 5}",
                     "juggler: {push_period: 0s}", "pongerd: {flap_delay: 1s, flap_delay: 1s}",
                     "checks:\n  n: {kind: netmon, period: 1m}", "checks:\n  n: {kind: x}",
                     "checks:\n  n: {kind: rack, required: true}"):
            with self.assertRaises(oracle_policy.PolicyError, msg=text):
                oracle_policy.parse_policy(text)


class Tools(unittest.TestCase):
    def test_stepping_finds_the_same(self):
        for seed in range(1, 13):
            with self.subTest(seed=seed), tempfile.TemporaryDirectory() as directory:
                policy, whole = os.path.join(directory, "p"), os.path.join(directory, "r")
                text, lines = generate.generate(seed, 40, 2)
                generate.write_lines(policy, text.splitlines())
                generate.write_lines(whole, lines)
                words = ["--policy", policy, "--on-change", whole]
                for hosts in ([], ["--hosts"]):
                    self.assertEqual(differential.run_oracle(words + hosts, False),
                                     differential.run_oracle(words + hosts, True))

    def test_generation_repeats(self):
        self.assertEqual(generate.generate(5), generate.generate(5))
        self.assertNotEqual(generate.generate(5), generate.generate(6))

    def test_parts_merge_to_the_whole(self):
        _, lines = generate.generate(3, 60, 3)
        parts = generate.split_lines(lines, 3, 3)
        merged = sorted((line for part in parts for line in part),
                        key=lambda line: oracle.parse_event(line)["time"])
        self.assertEqual(merged, lines)

    def test_escapes(self):
        self.assertTrue(differential.same('"\\n"', '"\\u000A"'))
        self.assertFalse(differential.same('"\\\\n"', '"\\\\u000a"'))
        self.assertFalse(differential.same('"\u00e9"', '"\\u00e9"'))
        self.assertFalse(differential.same("{}", None))

    def run_differential(self, script):
        """Runs it on a program that is the oracle with its lines passed through `script`."""
        with tempfile.TemporaryDirectory() as directory:
            program = os.path.join(directory, "program")
            with open(program, "w", encoding="utf-8") as file:
                file.write("#!/bin/sh\nshift\n'%s' '%s/oracle.py' \"$@\" | %s\n"
                           % (sys.executable, HERE, script))
            os.chmod(program, os.stat(program).st_mode | stat.S_IXUSR)
            keep = os.path.join(directory, "keep")
            os.mkdir(keep)
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                status = differential.main(["--vitals", program, "--seeds", "1..2",
                                            "--jobs", "2", "--keep", keep])
            return status, printed.getvalue()

    def test_no_difference(self):
        self.assertEqual(self.run_differential("cat"), (0, "2 passed, 0 failed\n"))

    def test_differences(self):
        for script in ("sed 's/,\"/, \"/'", "sed '$d'", "sed 's/\"stale\"/\"expired\"/'"):
            status, printed = self.run_differential(script)
            self.assertEqual(status, 1, script)
            self.assertIn("to reproduce", printed)
            self.assertTrue(printed.endswith("0 passed, 2 failed\n"), printed)


if __name__ == "__main__":
    unittest.main()
