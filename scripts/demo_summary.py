# SPDX-License-Identifier: Apache-2.0
"""Tells the story of a recording in a page: what was done, what plain monitoring said, what vitals
said. Called by scripts/demo.

    demo_summary.py DIRECTORY_OF_RESULTS DIRECTORY_OF_THE_RECORDING
"""

import json
import pathlib
import sys


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def alarms_of_plain_monitoring(checks):
    """(time, host) whenever some check of a host turns CRIT while none was."""
    critical = {}
    for check in checks:
        if "service" not in check or check["host"].startswith(("sw-", "rack-")):
            continue
        ours = critical.setdefault(check["host"], set())
        was_well = not ours
        (ours.add if check["status"] == "CRIT" else ours.discard)(check["service"])
        if was_well and ours:
            yield check["receive_time"], check["host"]


def changes_to(lines, holds):
    """(time, host) whenever `holds` becomes true of a host."""
    held = {}
    for line in lines:
        host = line["host"]
        if holds(line) and not held.get(host):
            yield line["time"], host
        held[host] = holds(line)


def first_after(alarms, host, moment):
    """How many seconds later the first of the alarms about the host is, in words."""
    later = [int(time - moment) for time, of in alarms if of == host and time >= moment]
    return f"after {later[0]} s" if later else "not before the end"


def happened(truth, what):
    return [(fact["time"], fact["host"]) for fact in truth
            if fact["what"] == what and fact.get("phase", "begin") == "begin"]


def rows(truth, checks, plain, believed, silent):
    """(what was done, plain monitoring, vitals), in words."""
    stopped = happened(truth, "icinga_stop")[0][0]
    started = happened(truth, "icinga_start")[0][0]
    for moment, host in happened(truth, "host_down"):
        note = " (Icinga was stopped)" if stopped < moment < started else ""
        yield (f"{host} switched off{note}", f"CRIT {first_after(plain, host, moment)}",
               f"failing {first_after(believed, host, moment)}")
    for moment, switch in happened(truth, "switch_down"):
        cut, wrong = ({host for time, host in alarms if moment <= time <= moment + 60}
                      for alarms in (plain, believed))
        yield (f"{switch} cut off; the hosts behind it are well", f"{len(cut)} hosts CRIT",
               f"{len(wrong)} hosts failing")
    for _, flapping in happened(truth, "flap"):
        often, seldom = (sum(host == flapping for _, host in alarms)
                         for alarms in (plain, believed))
        yield f"{flapping} flaps", f"CRIT {often} times", f"failing {seldom} times"
    for moment, host in happened(truth, "watcher_stop"):
        noticed = min((time for time, of in silent if of == host and time >= moment),
                      default=float("inf"))
        said = {check["status"] for check in checks if check.get("service") == "memory"
                and check["host"] == host and moment <= check["receive_time"] < noticed}
        yield (f"{host}: its hardware watcher hangs", f"memory {' '.join(sorted(said))}",
               f"memory silent {first_after(silent, host, moment)}")


def main():
    results, recording = map(pathlib.Path, sys.argv[1:])
    checks = read(results / "checks.ndjson")
    hosts = read(results / "hosts.ndjson")
    truth = read(recording / "ground-truth.ndjson")
    plain = list(alarms_of_plain_monitoring(checks))
    believed = list(changes_to(hosts, lambda line: line["state"] == "failing"))
    silent = list(changes_to(hosts, lambda line: "memory" in line["silent"]))

    minutes = round((hosts[-1]["time"] - hosts[0]["time"]) / 60)
    print(f"""
For {minutes} minutes a real Icinga 2 checked two dozen servers while faults were injected. Plain
monitoring believes every CRIT. Vitals believes a check only while it is fresh, if it was taken
after the last work on the host, and if no switch or rack explains it.
""")
    for row in [("What was done", "plain monitoring", "vitals"),
                *rows(truth, checks, plain, believed, silent)]:
        print("  {:<46}{:<23}{}".format(*row).rstrip())

    broken = {host for _, host in happened(truth, "host_down")}
    print()
    for name, alarms in ("Plain monitoring", plain), ("Vitals", believed):
        accused = {host for _, host in alarms}
        print(f"  {name}: {len(alarms)} alarms about {len(accused)} hosts, of which "
              f"{len(accused & broken)} were ever down.")


if __name__ == "__main__":
    main()
