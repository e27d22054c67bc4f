// SPDX-License-Identifier: Apache-2.0
#include "vitals/verdict_line.h"

#include "text/json_text.h"

namespace vitals {
namespace {

void append_names(std::string& out, std::span<const std::string_view> names) {
  out += '[';
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i != 0) out += ',';
    append_json_string(out, names[i]);
  }
  out += ']';
}

void append_reasons(std::string& out, Reasons reasons) {
  out += '[';
  bool first = true;
  reasons.for_each([&](Reason reason) {
    if (!first) out += ',';
    first = false;
    append_json_string(out, name(reason));
  });
  out += ']';
}

void append_window(std::string& out, const Window& window) {
  if (window.empty()) {
    out += "null";
    return;
  }
  const auto bound = [](Timestamp moment, Timestamp unbounded) {
    return moment == unbounded ? std::nullopt : std::optional(moment);
  };
  out += '[';
  append_json_time(out, bound(window.from, distant_past));
  out += ',';
  append_json_time(out, bound(window.until, distant_future));
  out += ']';
}

}  // namespace

void append_json(std::string& out, const VerdictLine& line) {
  out += "{\"time\":";
  append_json_time(out, line.time);
  out += ",\"host\":";
  append_json_string(out, line.host);
  out += ",\"check\":";
  append_json_string(out, line.check);
  out += ",\"status\":";
  if (line.status) {
    append_json_string(out, name(*line.status));
  } else {
    out += "null";
  }
  out += line.verdict.counts() ? ",\"counts\":true,\"excluded_by\":"
                               : ",\"counts\":false,\"excluded_by\":";
  append_reasons(out, line.verdict.excluded_by);
  out += ",\"blocked_by\":";
  append_names(out, line.blocked_by);
  out += ",\"window\":";
  append_window(out, line.verdict.window);
  out += ",\"next_change\":";
  append_json_time(out, line.verdict.next_change);
  out += '}';
}

void append_json(std::string& out, const HostLine& line) {
  out += "{\"time\":";
  append_json_time(out, line.time);
  out += ",\"host\":";
  append_json_string(out, line.host);
  out += ",\"state\":";
  append_json_string(out, name(line.state));
  out += ",\"failing\":";
  append_names(out, line.failing);
  out += ",\"waiting\":";
  append_names(out, line.waiting);
  out += ",\"silent\":";
  append_names(out, line.silent);
  out += ",\"next_change\":";
  append_json_time(out, line.next_change);
  out += '}';
}

}  // namespace vitals
