// SPDX-License-Identifier: Apache-2.0
#include "table.h"

#include <algorithm>

#include "text/bridge.h"
#include "text/quote.h"
#include "text/utf8.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

constexpr std::size_t time_width = 20;
constexpr std::size_t status_width = 6;
constexpr std::size_t counts_width = 6;
constexpr std::size_t state_width = 11;

// One endless name of a check leaves room for the others' remarks as long as it does not appear.
constexpr std::size_t widest_at_first = 60;

std::string_view color_of(std::optional<Status> status) {
  if (!status) return faint;
  switch (*status) {
    case Status::ok:
    case Status::info:
      return green;
    case Status::warn:
      return yellow;
    case Status::crit:
      return red;
    case Status::nodata:
      break;
  }
  return faint;
}

std::string_view color_of(HostState state) {
  switch (state) {
    case HostState::failing:
      return red;
    case HostState::healthy:
      return green;
    case HostState::undecided:
      return yellow;
    case HostState::unmonitored:
      break;
  }
  return faint;
}

std::string joined(std::span<const std::string_view> names) {
  std::string out;
  for (const std::string_view name : names) {
    if (!out.empty()) out += ", ";
    out += printable(name);
  }
  return out;
}

// Why a check does not count, until when it does, and when that will change.
std::string remark(const VerdictLine& line) {
  const auto clock = [&](Timestamp moment) { return format_clock(moment, line.time); };
  if (line.verdict.counts()) return cat("until ", clock(line.verdict.window.until));
  std::string out;
  line.verdict.excluded_by.for_each([&](Reason reason) {
    if (!out.empty()) out += ", ";
    out += name(reason);
  });
  if (!line.blocked_by.empty()) out += cat(" (", joined(line.blocked_by), ")");
  const Window& window = line.verdict.window;
  if (!window.empty() && window.from > line.time) {
    out += cat("; counts from ", clock(window.from));
  } else if (line.verdict.next_change) {
    out += cat("; changes ", clock(*line.verdict.next_change));
  }
  return out;
}

std::string remark(const HostLine& line) {
  std::string out;
  const auto add = [&](std::string_view what, std::span<const std::string_view> names) {
    if (!names.empty()) out += cat(out.empty() ? "" : "; ", what, ": ", joined(names));
  };
  add("failing", line.failing);
  add("waiting", line.waiting);
  add("silent", line.silent);
  if (line.next_change) {
    out += cat(out.empty() ? "" : "; ", "changes ", format_clock(*line.next_change, line.time));
  }
  return out;
}

}  // namespace

Table::Table(bool of_hosts, const CheckSet& checks, bool colored)
    : of_hosts_(of_hosts), cells_(colored) {
  for (const auto& [name, check] : checks) {
    check_width_ = std::max(check_width_, std::min(columns_of(printable(name)), widest_at_first));
  }
}

void Table::append_name(std::string& out, std::string_view text, std::size_t& width) const {
  width = std::max(width, columns_of(printable(text)));
  cells_.append(out, text, width);
}

void Table::append_heading(std::string& out) {
  if (begun_) return;
  begun_ = true;
  cells_.append(out, "TIME", time_width, faint);
  cells_.append(out, "HOST", host_width_, faint);
  if (of_hosts_) {
    cells_.append(out, "STATE", state_width, faint);
  } else {
    cells_.append(out, "CHECK", check_width_, faint);
    cells_.append(out, "STATUS", status_width, faint);
    cells_.append(out, "COUNTS", counts_width, faint);
  }
  out += of_hosts_ ? "CHECKS\n" : "WHY\n";
}

void Table::append(std::string& out, const VerdictLine& line) {
  append_heading(out);
  cells_.append(out, format_timestamp(line.time), time_width);
  append_name(out, line.host, host_width_);
  append_name(out, line.check, check_width_);
  cells_.append(out, line.status ? name(*line.status) : "-", status_width, color_of(line.status));
  const bool counts = line.verdict.counts();
  cells_.append(out, counts ? "yes" : "no", counts_width, counts ? green : yellow);
  out += remark(line);
}

void Table::append(std::string& out, const HostLine& line) {
  append_heading(out);
  cells_.append(out, format_timestamp(line.time), time_width);
  append_name(out, line.host, host_width_);
  cells_.append(out, name(line.state), state_width, color_of(line.state));
  out += remark(line);
}

}  // namespace vitals
