#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The contract: what the coordinator answers is what docs/coordinator/openapi.yaml says.

    contract.py COORDINATOR FAKE_INSTALLATION OPENAPI [DATABASE]

Starts both programs, asks every operation well and badly, and compares each status, content type
and body with the description. What is described and never seen is an error, and so is what is seen
and not described.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import jsonschema
import yaml

TOKEN = {"rtc": "rtc-token-0123456789", "yc": "yc-token-0123456789",
         "il": "il-token-0123456789", "reader": "reader-token-012345"}

CONFIG = """
reader_tokens: reader.tokens
installations:
  rtc: {{type: calls, bot: main, tokens: rtc.tokens, url: "{fake}", poll_period: 1s,
        stale_after: 1m}}
  yc: {{type: calls, bot: main, tokens: yc.tokens, url: "{other}", poll_period: 1s,
       stale_after: 1m}}
  il: {{type: polled, bot: il, tokens: il.tokens, url: "http://127.0.0.1:9/", poll_period: 1h,
       on_stale: allow}}
"""


class Contract:
    def __init__(self, description, base):
        self.description = yaml.safe_load(description)
        self.base = base
        self.seen = set()
        self.failures = []

    def resolve(self, node):
        while "$ref" in node:
            found = self.description
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    def validate(self, schema, body, where):
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema",
                 "components": self.description["components"], **schema}
        for error in jsonschema.Draft202012Validator(whole).iter_errors(body):
            self.fail(f"{where}: {error.json_path}: {error.message}")

    def fail(self, what):
        self.failures.append(what)

    def template_of(self, path):
        path = path.split("?")[0]
        for template in self.description["paths"]:
            parts, wanted = path.split("/"), template.split("/")
            if len(parts) == len(wanted) and all(
                    w.startswith("{") or w == p for p, w in zip(parts, wanted)):
                return template
        return None

    def ask(self, method, path, token=None, body=None, content_type="application/json",
            expect=None, described=True):
        data = body.encode() if isinstance(body, str) else None
        if body is not None and data is None:
            data = json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, method=method)
        if data is not None:
            request.add_header("Content-Type", content_type)
        if token:
            request.add_header("Authorization", "Bearer " + TOKEN[token])
        try:
            response = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            response = error
        text = response.read().decode()
        status = str(response.status)
        where = f"{method} {path} -> {status}"
        if expect is not None and status != str(expect):
            self.fail(f"{where}: expected {expect}: {text[:300]}")
        if described:
            self.compare(method, path, status, response.headers, text, where)
        return json.loads(text) if "json" in response.headers["Content-Type"] else text

    def compare(self, method, path, status, headers, text, where):
        template = self.template_of(path)
        operation = self.description["paths"].get(template, {}).get(method.lower())
        if operation is None or status not in operation["responses"]:
            self.fail(f"{where}: is not described")
            return
        self.seen.add((template, method.lower(), status))
        response = self.resolve(operation["responses"][status])
        for name, header in response.get("headers", {}).items():
            if header.get("required") and name not in headers:
                self.fail(f"{where}: no header {name}")
        media = headers["Content-Type"].split(";")[0]
        if media not in response["content"]:
            self.fail(f"{where}: {media} is not described")
        elif "json" in media:
            self.validate(response["content"][media]["schema"], json.loads(text), where)
        if media == "application/problem+json" and json.loads(text)["status"] != int(status):
            self.fail(f"{where}: another status in the body")

    def check_coverage(self):
        """503 needs a broken database, which other tests have."""
        for template, operations in self.description["paths"].items():
            for method, operation in operations.items():
                for status in operation["responses"]:
                    if status != "503" and (template, method, status) not in self.seen:
                        self.fail(f"{method} {template}: {status} is described and was never seen")


def ask_of_hosts(contract, path, body):
    """What every question of an installation may be answered, beside 200 and 409."""
    method = "DELETE" if body is None else "POST"
    contract.ask(method, path.replace("/rtc/", "/yc/"), "rtc", body, expect=403)
    contract.ask(method, path, None, body, expect=401)
    contract.ask(method, path.replace("/1", "/x") if "/1" in path else path, "rtc",
                 body if "/1" in path else {"hosts": 5}, expect=400)
    contract.ask(method, path, "rtc", " " * 2_000_000, expect=413)
    if body is not None:
        contract.ask(method, path, "rtc", body, content_type="text/plain", expect=415)


def ask_everything(contract):
    ask = contract.ask
    for path in ("/", "/page.js", "/page.css", "/openapi.yaml", "/healthz", "/readyz"):
        ask("GET", path, expect=200)
    reads = ["/metrics", "/v1/installations", "/v1/hosts", "/v1/journal", "/v1/refusals",
             "/v1/conflicts", "/v1/orphans"]
    for path in reads:
        ask("GET", path, "reader", expect=200)
        ask("GET", path, expect=401)
        if path != "/metrics":
            ask("GET", path + "?nothing=1", "reader", expect=400)
    ask("GET", "/v1/hosts?installation=none", "reader", expect=404)
    ask("GET", "/v1/hosts?inv=1&bot=main", "reader", expect=200)
    ask("GET", "/v1/hosts?limit=2&cursor=0&installation=rtc", "reader", expect=200)
    ask("GET", "/v1/journal?refused=true&installation=yc", "reader", expect=200)

    hosts = "/v1/installations/rtc/hosts"
    host = {"inv": 1, "name": "one", "uuid": None, "host_type": "mac",
            "exclude_from_monitoring": True}
    ask("POST", hosts, "rtc", {"hosts": [{"inv": 900, "host_type": "shadow"}]}, expect=200)
    ask("POST", hosts, "rtc", {"hosts": [host, {"inv": 150}]}, expect=409)
    ask("POST", hosts + "/1/rename", "rtc", {"name": "another"}, expect=200)
    ask("POST", hosts + "/1/rename", "rtc", {"name": "yc-150"}, expect=409)
    ask("POST", hosts + "/1/change-inv", "rtc", {"inv": 2000}, expect=200)
    ask("POST", hosts + "/1/change-inv", "rtc", {"inv": 150}, expect=409)
    ask("DELETE", hosts + "/999", "rtc", expect=200)
    ask_of_hosts(contract, hosts, {"hosts": [host]})
    ask_of_hosts(contract, hosts + "/1/rename", {"name": "a"})
    ask_of_hosts(contract, hosts + "/1/change-inv", {"inv": 5})
    ask_of_hosts(contract, hosts + "/1", None)
    ask("POST", "/v1/installations/rtc/let-shrink", "rtc", expect=200)
    ask("POST", "/v1/installations/rtc/let-shrink", expect=401)
    ask("POST", "/v1/installations/rtc/let-shrink", "yc", expect=403)
    refused = ask("POST", "/v1/installations/il/hosts", "il", {"hosts": [{"inv": 1}]})
    if refused["reason"] != "does_not_call":
        contract.fail(f"il: {refused}")

    ask("DELETE", "/v1/installations/il/hosts/1", "il", expect=409)

    events = [{"event": "host", "time": 1000, "host": "h", "switch": None, "rack": None},
              {"receive_time": 1100, "host": "h", "service": "ssh", "status": "OK",
               "status_mtime": 900}]
    decided = ask("POST", "/v1/decisions", "reader", {"at": 1200, "events": events}, expect=200)
    lines = "".join(json.dumps(event) + "\n" for event in events)
    again = ask("POST", "/v1/decisions?at=1200", "rtc", lines, "application/x-ndjson", expect=200)
    if decided != again:
        contract.fail("the same events as lines are decided otherwise")
    ask("POST", "/v1/decisions", "reader", {"events": 5}, expect=400)
    ask("POST", "/v1/decisions", None, {"events": []}, expect=401)
    ask("POST", "/v1/decisions", "reader", " " * 17_000_000, expect=413)
    ask("POST", "/v1/decisions", "reader", "x", "text/plain", expect=415)


def wait_for(what, seconds=60):
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            raise TimeoutError("what was awaited did not come")
        time.sleep(0.05)


def check_findings(contract, fake):
    """Conflicts, orphans and refusals are described as they look when there are some."""
    urllib.request.urlopen(urllib.request.Request(
        fake + "/control/add/151/rtc-too", method="POST"), timeout=10)
    urllib.request.urlopen(urllib.request.Request(
        fake + "/control/drop/5", method="POST"), timeout=10)
    for path, name in (("/v1/conflicts", "conflicts"), ("/v1/orphans", "orphans"),
                       ("/v1/refusals", "refusals")):
        wait_for(lambda: contract.ask("GET", path, "reader")[name])
    wait_for(lambda: any(one["polling"]["last_error"] for one in contract.ask(
        "GET", "/v1/installations", "reader")["installations"]))


def run(coordinator, fake_installation, openapi, database, folder):
    for name, token in TOKEN.items():
        (folder / f"{name}.tokens").write_text(token + "\n")
    processes = []

    def start(*command):
        log = open(folder / "log", "a", encoding="utf-8")
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True))
        return processes[-1].stdout.readline().strip()

    try:
        fake = start(fake_installation, "--hosts", "100", "--prefix", "rtc-")
        other = start(fake_installation, "--hosts", "100", "--first", "101", "--prefix", "yc-")
        config = folder / "coordinator.yaml"
        config.write_text(CONFIG.format(fake=fake, other=other))
        base = start(coordinator, "serve", "--config", str(config), "--db", database,
                     "--listen", "127.0.0.1:0", "--monitor-period", "1s")
        contract = Contract(pathlib.Path(openapi).read_text(encoding="utf-8"), base.rstrip("/"))
        wait_for(lambda: all(one["fresh"] or one["id"] == "il" for one in contract.ask(
            "GET", "/v1/installations", "reader")["installations"]))
        ask_everything(contract)
        check_findings(contract, fake.removesuffix("/v1/hosts"))
        contract.check_coverage()
        return contract
    finally:
        for process in reversed(processes):
            process.terminate()
            if process.wait(timeout=30) != 0:
                print(f"{process.args[0]}: exit code {process.returncode}")


def main():
    coordinator, fake_installation, openapi = sys.argv[1:4]
    with tempfile.TemporaryDirectory(prefix="vitals-contract-") as name:
        folder = pathlib.Path(name)
        database = sys.argv[4] if len(sys.argv) > 4 else str(folder / "contract.db")
        contract = run(coordinator, fake_installation, openapi, database, folder)
    for failure in contract.failures:
        print(failure)
    print(f"{len(contract.seen)} kinds of answers seen, {len(contract.failures)} failures")
    return 1 if contract.failures else 0


if __name__ == "__main__":
    sys.exit(main())
