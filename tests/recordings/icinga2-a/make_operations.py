#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes operations.ndjson: what a healer would have recorded of its own work on the hosts.

    make_operations.py < ground-truth.ndjson > operations.ndjson

Repairs are manipulations. All other lines of the ground truth are faults, which nobody announces,
or changes of objects, which Icinga's stream tells itself.
"""

import json
import sys

for line in sys.stdin:
    truth = json.loads(line)
    if truth["what"] == "host_repair":
        manipulation = {"event": "manipulation", "time": truth["time"], "host": truth["host"],
                        "phase": truth["phase"]}
        print(json.dumps(manipulation, separators=(",", ":")))
