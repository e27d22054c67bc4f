#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Draws the pictures of the documents, each by one command, most from small recordings in docs/scenes.
#
#   docs/make_pictures.sh PROGRAM [DIRECTORY]
#
# DIRECTORY is docs/pictures unless it is given. docs/check_docs.py makes them anew and compares.
set -euo pipefail

program=$(realpath "${1:?usage: $0 PROGRAM [DIRECTORY]}")
directory=$(realpath --canonicalize-missing "${2:-$(dirname "$0")/pictures}")
cd "$(dirname "$0")"
mkdir -p "$directory"

# draw PICTURE SCENE HOST CHECK CLOCK: of the second of March 2026, UTC, and the default policy.
draw() {
  "$program" explain --host "$3" --check "$4" --at "2026-03-02T$5Z" \
    --svg "$directory/$1.svg" "scenes/$2.ndjson" >/dev/null
}

draw unobserved                      new_host       h1  meta         14:10:00
draw missing                         new_host       h1  meta         14:30:00
draw implausible_time                clock_ahead    h1  meta         14:01:00
draw unmeasured                      unmeasured     h1  memory       14:01:00
draw stale                           silence        h1  meta         14:05:00
draw stale_hw_watcher                hung_watcher   h1  memory       14:01:00
draw expired                         silence        h1  meta         14:17:00
draw under_manipulation              reboot         h1  ssh          13:58:00
draw precedes_manipulation           reboot         h1  ssh          14:08:00
draw proven_by_status                reboot         h1  meta         14:09:00
draw proven_by_receipt               reboot         h1  ssh          14:18:00
draw precedes_rename                 rename         h1  UNREACHABLE  14:10:00
draw infrastructure_unknown          silent_switch  h1  ssh          14:03:00
draw infrastructure_not_ok           dead_switch    h1  UNREACHABLE  14:08:00
draw precedes_infrastructure_change  dead_switch    h1  UNREACHABLE  14:12:30
draw infrastructure_settling         settling       h1  UNREACHABLE  14:05:00

# As draw, under the policy of the scene.
"$program" explain --host node1 --check app --at 2026-03-02T14:05:00Z \
  --policy scenes/storage.yaml --svg "$directory/classes.svg" scenes/storage.ndjson >/dev/null

"$program" lag --svg "$directory/lag.svg" >/dev/null 2>&1
"$program" soundness --svg "$directory/soundness.svg" >/dev/null
# What an overhead costs, and what it buys.
"$program" compare --policy scenes/repairs.yaml --vary juggler.overhead=0s..6m \
  --truth scenes/repairs_truth.ndjson --svg "$directory/overhead.svg" scenes/repairs.ndjson >/dev/null
