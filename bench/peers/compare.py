#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same fleet and question (which checks count at noon?) in other engines.

usage: compare.py DUMP_FLEET FLEET_BENCH [HOSTS]

Each peer answers from its own columns, in memory, on one thread, and its answer is compared bit
for bit with ours before its time counts. So this is also one more reading of the rules, in SQL.
Prints a table of Markdown, fastest first. numpy and DuckDB (npm package @duckdb/node-api, at the
path VITALS_DUCKDB) are left out where they are not installed.
"""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import time

NOON = 1_700_000_000
ACTIVE, PASSIVE, HW_WATCHER, NETMON, RACK = range(5)
OK, WARN, CRIT, NODATA, INFO = range(5)
CHECKS = ("host", "slot", "kind", "period", "status", "receive_time", "status_mtime",
          "metadata_timestamp", "implausible", "observed")
HOSTS = ("on_switch", "in_rack", "manipulation_ended", "renamed", "under_manipulation")
PLACES = ("kind", "status", "receive_time", "status_mtime", "implausible", "observed")

# The default policy, in seconds.
PUSH, FETCH, OVERHEAD, ACCURACY = 300, 60, 240, 60
HUNG = 600 + 120 + PUSH              # + period
RECEIPT_LAG = OVERHEAD + PUSH + ACCURACY  # + 2 * period
DETECTION, RETENTION = 3 * 3600, 900
SWITCH_LAG, RACK_LAG = 360, 540


def table(path, columns):
    """The columns of a file of 64-bit numbers, as lists."""
    data = path.read_bytes()
    numbers = struct.unpack(f"{len(data) // 8}q", data)
    return {name: list(numbers[i::len(columns)]) for i, name in enumerate(columns)}


def python_loop(checks, hosts, places):
    """SPEC 3 to 5, a check at a time."""

    def dependency_counts(place, kind, effective, mtime):
        if place < 0 or not places["observed"][place] or places["implausible"][place]:
            return False
        stale = 2 * (FETCH if kind == NETMON else PUSH)
        lag = SWITCH_LAG if kind == NETMON else RACK_LAG
        return (NOON < places["receive_time"][place] + stale and places["status"][place] == OK and
                effective > places["status_mtime"][place] and NOON - mtime > lag)

    answer = bytearray(len(checks["host"]))
    for i in range(len(answer)):
        received, mtime = checks["receive_time"][i], checks["status_mtime"][i]
        period, kind, status = checks["period"][i], checks["kind"][i], checks["status"][i]
        measured = checks["metadata_timestamp"][i]
        host = checks["host"][i]
        if not checks["observed"][i] or checks["implausible"][i]:
            continue
        if kind == HW_WATCHER and status != NODATA and measured < 0:
            continue
        stale_at = received + 2 * PUSH
        if measured >= 0:
            stale_at = min(stale_at, measured + HUNG + period)
            effective = measured - ACCURACY
        else:
            effective = max(mtime - OVERHEAD - ACCURACY, received - RECEIPT_LAG - 2 * period)
        if NOON >= stale_at or NOON >= received + RETENTION or hosts["under_manipulation"][host]:
            continue
        ended, renamed = hosts["manipulation_ended"][host], hosts["renamed"][host]
        if ended >= 0 and not effective > ended:
            continue
        if renamed >= 0 and not (mtime > renamed or effective > renamed + DETECTION):
            continue
        if kind == ACTIVE and not (
                dependency_counts(hosts["on_switch"][host], NETMON, effective, mtime) and
                dependency_counts(hosts["in_rack"][host], RACK, effective, mtime)):
            continue
        answer[i] = 1
    return bytes(answer)


# The same as one statement; $NOW and the constants are put in as text, places and hosts are joined.
SQL = f"""
SELECT CASE WHEN observed = 1 AND implausible = 0
  AND NOT (kind = {HW_WATCHER} AND status <> {NODATA} AND metadata_timestamp < 0)
  AND {NOON} < stale_at AND {NOON} < receive_time + {RETENTION} AND under_manipulation = 0
  AND (manipulation_ended < 0 OR effective > manipulation_ended)
  AND (renamed < 0 OR status_mtime > renamed OR effective > renamed + {DETECTION})
  AND (kind <> {ACTIVE} OR (
    s_observed = 1 AND s_implausible = 0 AND {NOON} < s_receive_time + {2 * FETCH}
    AND s_status = {OK} AND effective > s_status_mtime AND {NOON} - status_mtime > {SWITCH_LAG}
    AND r_observed = 1 AND r_implausible = 0 AND {NOON} < r_receive_time + {2 * PUSH}
    AND r_status = {OK} AND effective > r_status_mtime AND {NOON} - status_mtime > {RACK_LAG}))
  THEN 1 ELSE 0 END AS counts
FROM (
  SELECT c.*, h.under_manipulation, h.manipulation_ended, h.renamed,
    CASE WHEN metadata_timestamp >= 0
      THEN least_of(c.receive_time + {2 * PUSH}, metadata_timestamp + {HUNG} + period)
      ELSE c.receive_time + {2 * PUSH} END AS stale_at,
    CASE WHEN metadata_timestamp >= 0 THEN metadata_timestamp - {ACCURACY}
      ELSE greatest_of(c.status_mtime - {OVERHEAD + ACCURACY},
                       c.receive_time - {RECEIPT_LAG} - 2 * period) END AS effective,
    s.observed AS s_observed, s.implausible AS s_implausible, s.receive_time AS s_receive_time,
    s.status AS s_status, s.status_mtime AS s_status_mtime,
    r.observed AS r_observed, r.implausible AS r_implausible, r.receive_time AS r_receive_time,
    r.status AS r_status, r.status_mtime AS r_status_mtime
  FROM checks c JOIN hosts h ON h.id = c.host
    LEFT JOIN places s ON s.id = h.on_switch LEFT JOIN places r ON r.id = h.in_rack
) AS joined ORDER BY host, slot
"""


def sqlite(tables):
    database = sqlite3.connect(":memory:")
    for name, columns in tables.items():
        keyed = name != "checks"
        head = "id INTEGER PRIMARY KEY, " if keyed else ""
        types = ", ".join(f"{column} INTEGER" for column in columns)
        database.execute(f"CREATE TABLE {name} ({head}{types})")
        rows = zip(*([range(len(next(iter(columns.values()))))] if keyed else []),
                   *columns.values())
        marks = ", ".join("?" * (len(columns) + keyed))
        database.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    database.execute("CREATE INDEX by_host ON checks (host, slot)")
    query = SQL.replace("least_of", "min").replace("greatest_of", "max")
    return lambda: bytes(row[0] for row in database.execute(query))


def numpy_columns(tables):
    import numpy as np
    checks, hosts, places = ({name: np.array(values, dtype=np.int64)
                              for name, values in tables[table].items()}
                             for table in ("checks", "hosts", "places"))

    def answer():
        c = checks
        host = c["host"]
        measured = c["metadata_timestamp"] >= 0
        received, mtime, period = c["receive_time"], c["status_mtime"], c["period"]
        stale_at = np.where(measured, np.minimum(received + 2 * PUSH,
                                                 c["metadata_timestamp"] + HUNG + period),
                            received + 2 * PUSH)
        effective = np.where(measured, c["metadata_timestamp"] - ACCURACY,
                             np.maximum(mtime - OVERHEAD - ACCURACY,
                                        received - RECEIPT_LAG - 2 * period))
        ended, renamed = hosts["manipulation_ended"][host], hosts["renamed"][host]
        counts = ((c["observed"] == 1) & (c["implausible"] == 0) &
                  ~((c["kind"] == HW_WATCHER) & (c["status"] != NODATA) & ~measured) &
                  (NOON < stale_at) & (NOON < received + RETENTION) &
                  (hosts["under_manipulation"][host] == 0) &
                  ((ended < 0) | (effective > ended)) &
                  ((renamed < 0) | (mtime > renamed) | (effective > renamed + DETECTION)))
        gated = c["kind"] == ACTIVE
        for column, stale, lag in (("on_switch", 2 * FETCH, SWITCH_LAG),
                                   ("in_rack", 2 * PUSH, RACK_LAG)):
            place = hosts[column][host]
            passes = ((place >= 0) & (places["observed"][place] == 1) &
                      (places["implausible"][place] == 0) &
                      (NOON < places["receive_time"][place] + stale) &
                      (places["status"][place] == OK) &
                      (effective > places["status_mtime"][place]) & (NOON - mtime > lag))
            counts &= ~gated | passes
        return counts.astype(np.uint8).tobytes()

    return answer


def duckdb(folder, tables):
    """In Node.js, which reads the tables as CSV; its answer, and how long the query took."""
    module = os.environ.get("VITALS_DUCKDB", "@duckdb/node-api")
    for name, columns in tables.items():
        with open(folder / f"{name}.csv", "w", encoding="ascii") as out:
            keyed = name != "checks"
            out.write(",".join((["id"] if keyed else []) + list(columns)) + "\n")
            for i, row in enumerate(zip(*columns.values())):
                out.write(",".join(map(str, ([i] if keyed else []) + list(row))) + "\n")
    query = SQL.replace("least_of", "least").replace("greatest_of", "greatest")
    script = f"""
      const {{ DuckDBInstance }} = require({json.dumps(module)});
      (async () => {{
        const connection = await (await DuckDBInstance.create(':memory:')).connect();
        await connection.run('SET threads TO 1');
        for (const name of ['checks', 'hosts', 'places'])
          await connection.run(`CREATE TABLE ${{name}} AS FROM read_csv('{folder}/${{name}}.csv')`);
        const query = {json.dumps(query)};
        await connection.run(`COPY (${{query}}) TO '{folder}/duckdb.csv' (HEADER false)`);
        const times = [];
        for (let i = 0; i < 5; ++i) {{
          const began = process.hrtime.bigint();
          await connection.run(`SELECT sum(counts) FROM (${{query.replace(/ORDER BY.*/, '')}})`);
          times.push(Number(process.hrtime.bigint() - began) / 1e9);
        }}
        console.log(JSON.stringify(times));
      }})();
    """
    ran = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        why = [line for line in ran.stderr.splitlines() if "Error" in line]
        raise ImportError(why[0] if why else "node failed")
    answer = bytes(int(line) for line in (folder / "duckdb.csv").read_text().split())
    return answer, statistics.median(json.loads(ran.stdout))


def timed(run, times):
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        answer = run()
        seconds.append(time.perf_counter() - began)
    return answer, statistics.median(seconds)


def ours(fleet_bench, hosts):
    """What we take, and the memory baseline, as the benchmark of the same fleet measures them."""
    wanted = "judge_to_bits/1|memory_read|from_facts/1"
    ran = subprocess.run([fleet_bench, "--benchmark_filter=" + wanted,
                          "--benchmark_format=json", "--benchmark_repetitions=5"],
                         env={**os.environ, "VITALS_BENCH_HOSTS": str(hosts)},
                         capture_output=True, text=True, check=True)
    times = {entry["name"]: entry["real_time"] * 1e-3
             for entry in json.loads(ran.stdout)["benchmarks"]}
    return [next(times[key] for key in times if re.match(name + ".*_median", key))
            for name in ("judge_to_bits", "judge_from_facts", "memory_read")]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    hosts = int(sys.argv[3]) if len(sys.argv) > 3 else 20_000
    folder = pathlib.Path(tempfile.mkdtemp(prefix="vitals-peers-"))
    try:
        subprocess.run([sys.argv[1], folder, str(hosts)], check=True)
        tables = {"checks": table(folder / "checks.bin", CHECKS),
                  "hosts": table(folder / "hosts.bin", HOSTS),
                  "places": table(folder / "places.bin", PLACES)}
        count = len(tables["checks"]["host"])
        words = (folder / "counts.bin").read_bytes()
        expected = bytes(words[i // 8] >> i % 8 & 1 for i in range(count))
        peers = {"SQLite": lambda: timed(sqlite(tables), 3),
                 "a Python loop": lambda: timed(lambda: python_loop(*tables.values()), 3),
                 "numpy": lambda: timed(numpy_columns(tables), 5),
                 "DuckDB": lambda: duckdb(folder, tables)}
        rows = []
        for name, run in peers.items():
            try:
                answer, seconds = run()
            except (ImportError, FileNotFoundError) as error:
                print(f"{name} is left out: {error}", file=sys.stderr)
                continue
            if answer != expected:
                wrong = sum(a != b for a, b in zip(answer, expected))
                sys.exit(f"{name} disagrees about {wrong} of {count} checks")
            rows.append((seconds, name))
        seconds, from_facts, memory = ours(sys.argv[2], hosts)
        rows += [(seconds, "vitals, `judge()` from what it keeps up with each event"),
                 (from_facts, "vitals, `judge()` from the facts alone"),
                 (memory, "reading 2 bytes a check")]
        print(f"{count} checks, {sum(expected) * 100 / count:.1f} % of them count\n")
        print("| engine | ns a check | times ours |\n|---|---|---|")
        for spent, name in sorted(rows):
            print(f"| {name} | {spent * 1e9 / count:.3g} | {spent / seconds:.3g} |")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
