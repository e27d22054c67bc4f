// SPDX-License-Identifier: Apache-2.0
#include "convert_command.h"

#include <cinttypes>
#include <cstdio>
#include <utility>

#include "output.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/icinga2.h"
#include "vitals/recording.h"

namespace vitals {
namespace {

void print_summary(const Icinga2Counters& counters) {
  std::fprintf(stderr,
               "vitals: lines read %" PRIu64 "; checks %" PRIu64 ", hosts declared %" PRIu64
               ", of these assigned %" PRIu64 ", renamed %" PRIu64 "; removed %" PRIu64 "\n",
               counters.lines, counters.checks, counters.hosts, counters.assigned, counters.renamed,
               counters.removed);
  print_count(counters.repeated, "state change dropped: it repeats the result before it",
              "state changes dropped: they repeat the result before them");
  print_count(counters.unmapped, "result dropped: the map leaves its object or service out",
              "results dropped: the map leaves their object or service out");
  print_count(counters.deleted, "result dropped: its host was deleted",
              "results dropped: their host was deleted");
  for (const auto& [type, count] : counters.ignored) {
    const std::string shown = printable(type);
    print_count(count, cat("event ignored: ", shown), cat("events ignored: ", shown));
  }
  const std::string advice =
      " no switch or no rack by the map: with the default policy active checks there do not count "
      "(infrastructure_unknown). State them under `topology`, with null for none";
  print_count(counters.hosts_without_place, "host has" + advice, "hosts have" + advice);
}

int fail(const absl::Status& status) {
  print_error(to_std(status.message()));
  return exit_bad_input;
}

}  // namespace

int run(const ConvertCommand& command) {
  if (command.from != "icinga2") {
    return fail(invalid("--from ", in_quotes(command.from), ", expected icinga2"));
  }
  Icinga2Map map;
  if (!command.map_file.empty()) {
    absl::StatusOr<Icinga2Map> read = read_icinga2_map(command.map_file);
    if (!read.ok()) return fail(read.status());
    map = *std::move(read);
  }
  Output output;
  absl::StatusOr<Icinga2Reader> reader =
      Icinga2Reader::open(command.inputs, std::move(map), [&] { output.flush(); });
  if (!reader.ok()) return fail(reader.status());
  while (const Event* event = reader->next()) {
    append_event(output.line(), *event);
    output.line().pop_back();  // append_event() and end_line() both end the line
    output.end_line();
  }
  output.flush();
  print_summary(reader->counters());
  return reader->status().ok() ? exit_ok : fail(reader->status());
}

}  // namespace vitals
