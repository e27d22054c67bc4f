# SPDX-License-Identifier: Apache-2.0
"""Runs the coordinator with three installations that only pretend, and tells what it saw.

    demo_coordinator.py FOLDER_OF_PROGRAMS FOLDER_FOR_FILES
"""

import json
import pathlib
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

TOKENS = {"rtc": "demo-token-of-rtc-01", "yc": "demo-token-of-yc-012"}

CONFIG = """\
# Three installations. il cannot call out: it is polled, and never asks.
reading: open
installations:
  rtc: {{type: calls, bot: main, tokens: rtc.tokens, url: "{rtc}", poll_period: 1s}}
  yc: {{type: calls, bot: main, tokens: yc.tokens, url: "{yc}", poll_period: 1s}}
  il: {{type: polled, bot: il, url: "{il}", poll_period: 1s}}
"""


class Demo:
    def __init__(self, programs, folder):
        self.programs = programs
        self.folder = folder
        self.running = []
        self.base = ""

    def start(self, program, *words):
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            process = subprocess.Popen([self.programs / program, *words], text=True,
                                       stdout=subprocess.PIPE, stderr=log)
        self.running.append(process)
        line = process.stdout.readline().strip()
        if not line:
            sys.exit(f"{program} did not start; see {self.folder / 'log'}")
        return line

    def stop(self):
        for process in reversed(self.running):
            process.terminate()
            process.wait(timeout=30)

    def ask(self, path, installation=None, body=None):
        request = urllib.request.Request(self.base + path)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if installation:
            request.add_header("Authorization", f"Bearer {TOKENS[installation]}")
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)
        except urllib.error.HTTPError as refused:
            return json.load(refused)

    def wait_for(self, what):
        for _ in range(300):
            if what():
                return
            time.sleep(0.1)
        self.stop()
        sys.exit(f"what was awaited did not come; see {self.folder / 'log'}")

    def installations(self):
        return {one["id"]: one for one in self.ask("v1/installations")["installations"]}


def tell(fake, what):
    url = fake.replace("/v1/hosts", "/control/") + what
    with urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=10):
        pass


def clock(seconds):
    return time.strftime("%H:%M:%S", time.gmtime(seconds))


def add(demo, installation, inv, name):
    host = {"inv": inv, "name": name}
    answer = demo.ask(f"v1/installations/{installation}/hosts", installation, {"hosts": [host]})
    first = answer["answers"][0]
    word = "yes" if first["allowed"] else "no"
    print(f"  {installation} asks to add {inv} ({name}): {word}, {first['reason']}: "
          f"{first['detail']}")


def show_installations(demo):
    for one in demo.installations().values():
        state = "fresh" if one["fresh"] else f"stale since {clock(one['stale_at'])}"
        print(f"  {one['id']:<4} {one['type']:<7} BOT {one['bot']:<5} {one['hosts']:>4} hosts, "
              f"received {clock(one['received_at'])}, {state}")


def play(demo):
    for name, token in TOKENS.items():
        (demo.folder / f"{name}.tokens").write_text(token + "\n", encoding="utf-8")
    fakes = {
        "rtc": demo.start("fake_installation", "--hosts", "300", "--prefix", "rtc-"),
        "yc": demo.start("fake_installation", "--hosts", "20", "--first", "1001",
                         "--prefix", "yc-"),
        "il": demo.start("fake_installation", "--hosts", "50", "--prefix", "il-"),
    }
    config = demo.folder / "coordinator.yaml"
    config.write_text(CONFIG.format(**fakes), encoding="utf-8")
    demo.base = demo.start("coordinator", "serve", "--config", str(config), "--db",
                           str(demo.folder / "hosts.db"), "--listen", "127.0.0.1:0",
                           "--monitor-period", "1s")
    demo.wait_for(lambda: all(one["fresh"] for one in demo.installations().values()))
    print("\nThree installations were polled:")
    show_installations(demo)
    print("\nTwo of them ask:")
    add(demo, "rtc", 5000, "new-host")
    add(demo, "yc", 5000, "new-host")
    add(demo, "yc", 6000, "rtc-17")
    add(demo, "yc", 5001, "another-host")

    tell(fakes["rtc"], "add/1001/rtc-has-it-too")
    tell(fakes["rtc"], "drop/7")
    demo.wait_for(lambda: demo.ask("v1/conflicts")["conflicts"])
    demo.wait_for(lambda: demo.ask("v1/orphans")["orphans"])
    tell(fakes["yc"], "hang")
    demo.wait_for(lambda: not demo.installations()["yc"]["fresh"])
    print("\nThen rtc listed a host of yc as its own, dropped another, and yc fell silent:")
    show_installations(demo)
    for one in demo.ask("v1/conflicts")["conflicts"]:
        holders = " and ".join(f"{holder['installation']} since {clock(holder['since'])}"
                               for holder in one["holders"])
        print(f"  conflict: {one['shared']} {one['value']} of BOT {one['bot']}: {holders}")
    for one in demo.ask("v1/orphans")["orphans"]:
        print(f"  orphan: inv {one['inv']} ({one['name']}), last in {one['installation']}: "
              f"{one['how']} at {clock(one['since'])}")
    print("\nNobody knows now what yc has, so nobody else gets a new host of the same BOT:")
    add(demo, "rtc", 7000, "one-more")
    print(f"\nThe same for people: {demo.base}")


def main():
    programs, folder = map(pathlib.Path, sys.argv[1:3])
    files = folder / "run"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir(parents=True)
    demo = Demo(programs, files)
    try:
        play(demo)
        if sys.stdin.isatty():
            input("Press Enter to end ")
    except (KeyboardInterrupt, EOFError):
        print()
    finally:
        demo.stop()


if __name__ == "__main__":
    main()
