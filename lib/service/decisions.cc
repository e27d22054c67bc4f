// SPDX-License-Identifier: Apache-2.0
#include "service/decisions.h"

#include <array>
#include <limits>
#include <utility>

#include "service/json_body.h"
#include "text/bridge.h"
#include "text/json_text.h"
#include "vitals/fleet.h"
#include "vitals/recording.h"
#include "vitals/replay.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// As many as 16 MiB of events can speak of, and not what a policy of thousands of checks makes of
// each host.
constexpr std::uint32_t most_checks = 4'000'000;

absl::StatusOr<std::string> decide(RecordingReader reader, Timestamp at, const PolicySet& policy) {
  Fleet fleet(policy, {.most_checks = most_checks, .reuse_ids = true});
  std::string out = "{\"at\":";
  append_json_number(out, at.time_since_epoch().count());
  out += ",\"verdicts\":[";
  const auto separate = [&] {
    if (out.back() != '[') out += ',';
  };
  const absl::Status status = replay(
      reader, fleet, {.mode = ReplayMode::at, .at = {at}},
      [&](const VerdictLine& line) {
        separate();
        append_json(out, line);
      },
      [](const HostLine&) {});
  if (!status.ok()) return status;
  out += "],\"hosts\":[";
  fleet.judge_hosts(at, [&](const HostLine& line) {
    separate();
    append_json(out, line);
  });
  const FleetCounters& counters = fleet.counters();
  out += cat("],\"summary\":{\"events\":", counters.events,
             ",\"out_of_date\":", counters.out_of_date, ",\"retired\":", counters.retired,
             ",\"unknown_service\":", counters.unknown_service, "}}\n");
  return out;
}

absl::Status read_at(const JsonElement& value, Timestamp& at) {
  std::string text;
  if (value.is_string()) {
    text = std::string(value.get_string().value());
  } else {
    std::int64_t number = 0;
    const std::int64_t most = std::numeric_limits<std::uint32_t>::max();
    if (absl::Status status = read_number(value, "at", 0, most, number); !status.ok()) {
      return status;
    }
    text = cat(number);
  }
  const absl::StatusOr<Timestamp> moment = parse_timestamp(text);
  if (!moment.ok()) return invalid("at: ", to_std(moment.status().message()));
  at = *moment;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> decide_lines(std::string_view lines, Timestamp at,
                                         const PolicySet& policy) {
  return decide(RecordingReader::from_text(lines, "body"), at, policy);
}

absl::StatusOr<std::string> decide_object(std::string_view body, Timestamp at,
                                          const PolicySet& policy) {
  constexpr std::array<std::string_view, 2> known{"at", "events"};
  constexpr std::size_t most_events = 1'000'000;
  simdjson::dom::parser parser;
  const absl::StatusOr<JsonElement> root = parse_body(parser, body);
  if (!root.ok()) return root.status();
  std::string lines;
  bool has_events = false;
  const absl::Status status = read_object(
      *root, "", known, UnknownKeys::refuse, [&](std::string_view key, const JsonElement& value) {
        if (key == "at") return read_at(value, at);
        has_events = true;
        return read_list(value, "events", most_events,
                         [&](const JsonElement& event, const std::string&) {
                           lines += simdjson::minify(event);
                           lines += '\n';
                           return absl::OkStatus();
                         });
      });
  if (!status.ok()) return status;
  if (!has_events) return invalid("expected a list of `events`");
  constexpr Seconds any_order{std::numeric_limits<std::uint32_t>::max()};
  return decide(RecordingReader::from_text(lines, "events", {.reorder = any_order}), at, policy);
}

}  // namespace vitals
