// SPDX-License-Identifier: Apache-2.0
// Figures as a table for people, and as lines of JSON for programs.
#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "lag/lag_text.h"
#include "text/bridge.h"
#include "text/fitting.h"
#include "text/json_text.h"
#include "text/text_table.h"
#include "vitals/lag_figures.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

constexpr std::size_t note_columns = 96;
constexpr std::array<std::string_view, 5> says_names{"later_than", "on_average", "exactly", "up_to",
                                                     "never"};

std::string said(const Figure& figure) {
  const std::string length = format_duration(figure.stated);
  switch (figure.says) {
    case FigureSays::later_than:
      return cat("later than ", length);
    case FigureSays::on_average:
      return cat(length, " on average");
    case FigureSays::exactly:
      return cat("after ", length);
    case FigureSays::up_to:
      return cat("up to ", length);
    case FigureSays::never:
      break;
  }
  return "never";
}

}  // namespace

std::string to_table(const std::vector<Figure>& figures) {
  TextTable table("llrrrrrl");
  table.row({"FIGURE", "SAYS", "N", "MIN", "P50", "P99", "MAX", ""});
  std::vector<std::string> notes;  // each once
  std::string_view last;
  for (const Figure& figure : figures) {
    if (figure.what != last) table.line(figure.what);
    last = figure.what;
    std::string verdict = figure.agrees ? "agrees" : "DISAGREES";
    if (!figure.note.empty()) {
      auto note = std::find(notes.begin(), notes.end(), figure.note);
      if (note == notes.end()) note = notes.insert(note, figure.note);
      verdict += cat(" [", note - notes.begin() + 1, "]");
    }
    std::vector<std::string> row{cat("  ", join(figure.checks, ", ")), said(figure),
                                 cat(figure.measured.size(), " of ", figure.of)};
    for (std::string& cell : cells_of(figure.measured)) row.push_back(std::move(cell));
    row.push_back(std::move(verdict));
    table.row(row);
  }
  std::string out = table.text();
  for (std::size_t i = 0; i < notes.size(); ++i) {
    std::string lead = absl::StrFormat("%s%4s ", i == 0 ? "\n" : "", cat("[", i + 1, "]"));
    for (const std::string& line : wrap(notes[i], note_columns)) {
      out += cat(lead, line, "\n");
      lead = "     ";
    }
  }
  return out;
}

std::string to_json_lines(const std::vector<Figure>& figures) {
  std::string out;
  for (const Figure& figure : figures) {
    out += "{\"figure\":";
    append_json_string(out, figure.what);
    out += ",\"checks\":[";
    for (std::size_t i = 0; i < figure.checks.size(); ++i) {
      if (i > 0) out += ",";
      append_json_string(out, figure.checks[i]);
    }
    out += cat("],\"says\":\"", says_names[static_cast<std::size_t>(figure.says)],
               "\",\"stated\":", figure.stated.count(), ",\"earliest\":", figure.earliest.count(),
               ",\"latest\":", figure.latest.count(), ",\"n\":", figure.measured.size(),
               ",\"of\":", figure.of);
    append_json_lengths(out, figure.measured);
    out += cat(",\"agrees\":", figure.agrees ? "true" : "false", ",\"note\":");
    append_json_string(out, figure.note);
    out += "}\n";
  }
  return out;
}

}  // namespace vitals
