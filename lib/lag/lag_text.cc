// SPDX-License-Identifier: Apache-2.0
// Lags as a table for people, and as lines of JSON for programs.
#include "lag/lag_text.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "text/bridge.h"
#include "text/json_text.h"
#include "text/text_table.h"
#include "vitals/lag.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// `957 receipt, 43 status`: the formula behind most of them first.
std::string proofs(const CheckLag& check) {
  std::vector<std::size_t> order{0, 1, 2};
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return check.proven_by[a].size() > check.proven_by[b].size();
  });
  std::string out;
  for (const std::size_t i : order) {
    if (check.proven_by[i].empty()) continue;
    out += cat(out.empty() ? "" : ", ", check.proven_by[i].size(), " ", formula_names[i]);
  }
  return out;
}

void append_length(std::string& out, std::string_view key, const Distribution& lengths,
                   Seconds length) {
  out += cat(",\"", key, "\":");
  if (lengths.empty()) {
    out += "null";
  } else {
    append_json_number(out, length.count());
  }
}

}  // namespace

void append_json_lengths(std::string& out, const Distribution& lengths) {
  append_length(out, "min", lengths, lengths.shortest());
  append_length(out, "p50", lengths, lengths.quantile(500));
  append_length(out, "p99", lengths, lengths.quantile(990));
  append_length(out, "max", lengths, lengths.longest());
  out += lengths.empty() ? ",\"mean\":null" : absl::StrFormat(",\"mean\":%.1f", lengths.mean());
}

std::vector<std::string> cells_of(const Distribution& lengths) {
  if (lengths.empty()) return {"-", "-", "-", "-"};
  return {format_duration(lengths.shortest()), format_duration(lengths.quantile(500)),
          format_duration(lengths.quantile(990)), format_duration(lengths.longest())};
}

std::string to_table(const LagReport& report) {
  TextTable table("llrrrrrrrl");
  table.row({"CHECK", "KIND", "N", "MIN", "P50", "P99", "MAX", "NEVER", "NODATA", "PROVEN BY"});
  for (const CheckLag& check : report.checks) {
    const Distribution lag = check.lag();
    std::vector<std::string> row{check.check, std::string(name(check.kind)), cat(lag.size())};
    for (std::string& cell : cells_of(lag)) row.push_back(std::move(cell));
    row.insert(row.end(), {cat(check.never), cat(check.nodata), proofs(check)});
    table.row(row);
  }
  return table.text();
}

std::string to_json_lines(const LagReport& report) {
  std::string out;
  for (const CheckLag& check : report.checks) {
    const Distribution lag = check.lag();
    out += "{\"check\":";
    append_json_string(out, check.check);
    out += cat(",\"kind\":\"", name(check.kind), "\",\"n\":", lag.size());
    append_json_lengths(out, lag);
    out += cat(",\"never\":", check.never, ",\"nodata\":", check.nodata, ",\"proven_by\":{");
    for (std::size_t i = 0; i < formula_names.size(); ++i) {
      out += cat(i == 0 ? "" : ",", "\"", formula_names[i], "\":", check.proven_by[i].size());
    }
    out += "}}\n";
  }
  return out;
}

}  // namespace vitals
