#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does what docs/coordinator/tutorial.md tells a reader to do, and sees what it says they see.

    tutorial.py TUTORIAL DIRECTORY_OF_PROGRAMS

Its commands run as they stand, in a directory of their own; only ports are others, so that nothing
else on the machine is in the way. What serves goes on in the background until the end.
"""

import itertools
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SERVERS = ("./fake_installation", "./coordinator serve")
PATIENCE = 60  # seconds for what should be there within two periods of five


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Reader:
    def __init__(self, tutorial, programs, directory):
        text = tutorial.read_text(encoding="utf-8")
        for port in ("9001", "9002"):
            text = text.replace(port, free_port())
        port = free_port()
        text = text.replace("coordinator serve", f"coordinator serve --listen 127.0.0.1:{port}")
        self.blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text.replace("8480", port),
                                 re.MULTILINE | re.DOTALL)
        self.directory = directory
        self.running = []
        self.said = []  # shell functions and variables that later commands use
        for name in ("coordinator", "fake_installation"):
            shutil.copy(programs / name, directory)

    def serve(self, command):
        server = subprocess.Popen(["bash", "-c", "exec " + command], cwd=self.directory,
                                  stdout=subprocess.PIPE, text=True)
        self.running.append(server)
        line = server.stdout.readline()  # its address, once it serves
        if not line:
            sys.exit(f"{command}: ended with {server.wait()}")

    def run(self, command):
        """What a command prints; of one that failed, nothing is expected."""
        script = "\n".join([*self.said, command])
        return subprocess.run(["bash", "-c", script], cwd=self.directory, check=True, text=True,
                              stdout=subprocess.PIPE).stdout

    def follow(self, block):
        """What the commands of a block print, one text each."""
        printed = []
        for line in filter(None, block.splitlines()):
            if line.startswith(SERVERS):
                self.serve(line)
            elif re.match(r"\w+(\(\)|=)", line):
                self.said.append(line)
            else:
                printed.append(self.run(line))
        return printed

    def end(self):
        for server in reversed(self.running):
            server.terminate()
            server.wait()


def expect(part, text):
    if part not in text:
        sys.exit(f"expected {part} in:\n{text}")


def wait_for(is_so, look):
    """Until the world is as the tutorial says that it becomes."""
    end = time.monotonic() + PATIENCE
    while not is_so(text := look()):
        if time.monotonic() > end:
            sys.exit(f"at last there was still:\n{text}")
        time.sleep(0.2)


def main():
    tutorial, programs = map(pathlib.Path, sys.argv[1:3])
    with tempfile.TemporaryDirectory() as directory:
        reader = Reader(tutorial, programs, pathlib.Path(directory))
        (_, pretend), (_, config), (_, begin), (_, ask), (_, change), (_, conflict), (_, hang) = [
            block for block in reader.blocks if block[0] in ("sh", "yaml")]
        try:
            reader.follow(pretend)
            (pathlib.Path(directory) / "coordinator.yaml").write_text(config, encoding="utf-8")
            reader.follow(begin)
            base = re.search(r"base=(\S+)", ask)[1]
            wait_for(lambda text: text.count('"fresh":true') == 2,
                     lambda: reader.run(f"curl -sS {base}/installations"))
            granted, refused = reader.follow(ask)
            expect('"reason":"granted"', granted)
            expect('"reason":"inv_held"', refused)
            for answer in reader.follow(change):
                expect('"allowed":true', answer)
            reader.follow(conflict)
            wait_for(lambda text: '"value":"1001"' in text,
                     lambda: reader.run(f"curl -sS {base}/conflicts"))
            reader.follow(hang)
            new_hosts = itertools.count(7000)
            wait_for(lambda text: '"reason":"stale"' in text,
                     lambda: reader.run("ask rtc $base/installations/rtc/hosts "
                                        f"""-d '{{"hosts":[{{"inv":{next(new_hosts)}}}]}}'"""))
        finally:
            reader.end()
    print("All of it is so.")


if __name__ == "__main__":
    main()
