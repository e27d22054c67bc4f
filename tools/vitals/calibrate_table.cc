// SPDX-License-Identifier: Apache-2.0
#include "calibrate_table.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "cells.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "text/utf8.h"
#include "vitals/policy_value.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

std::string_view color_of(Fit fit) {
  switch (fit) {
    case Fit::too_tight:
      return red;
    case Fit::generous:
      return yellow;
    case Fit::fits:
      return green;
    case Fit::too_few:
    case Fit::not_measured:
      break;
  }
  return faint;
}

constexpr std::array<std::string_view, 11> headings{"MEASURED", "CHECK", "SAMPLES", "SHORTEST",
                                                    "P50",      "P99",   "P99.9",   "LONGEST",
                                                    "ALLOWED",  "OVER",  "FIT"};
constexpr std::size_t first_number = 2;
constexpr std::size_t fit_column = headings.size() - 1;
using Line = std::array<std::string, headings.size()>;

Line cells_of(const Measured& row) {
  const auto length = [&](Seconds value) {
    return row.samples == 0 ? std::string("-") : format_duration(value);
  };
  return {row.what,
          row.check,
          cat(row.samples),
          length(row.shortest),
          length(row.p50),
          length(row.p99),
          length(row.p999),
          length(row.longest),
          row.allowed ? format_duration(*row.allowed) : "-",
          row.allowed && row.samples > 0 ? cat(row.exceeded) : "-",
          std::string(name(row.fit))};
}

std::string counted(std::uint64_t count, std::string_view what) {
  return cat(count, " ", what, count == 1 ? "" : "s");
}

std::string remark(const Measured& row) {
  std::string out = row.formula;
  const auto add = [&](const std::string& more) {
    if (!more.empty()) out += cat(out.empty() ? "" : "; ", more);
  };
  add(row.note);
  if (row.left_out > 0) add(cat(row.left_out, " left out"));
  return out;
}

class CalibrationTable {
 public:
  CalibrationTable(const Calibration& calibration, const PolicySet& policy, bool colored)
      : calibration_(calibration), policy_(policy), cells_(colored) {}

  std::string take(bool has_truth) && {
    summarize(has_truth);
    for (std::size_t i = 0; i < headings.size(); ++i) widths_[i] = headings[i].size();
    for (const Measured& row : calibration_.measured) {
      if (row.what.empty()) continue;
      const Line line = cells_of(row);
      for (std::size_t i = 0; i < line.size(); ++i) {
        widths_[i] = std::max(widths_[i], columns_of(printable(line[i])));
      }
    }
    Line heading;
    std::copy(headings.begin(), headings.end(), heading.begin());
    out_ += '\n';
    append(heading, faint, faint, "");
    for (const Measured& row : calibration_.measured) append(row);
    return std::move(out_);
  }

 private:
  void say(const std::string& sentence) { out_ += cat(sentence, "\n"); }

  void summarize(bool has_truth) {
    if (!calibration_.first) return say("No event at all.");
    say(cat(format_timestamp(*calibration_.first), " to ", format_timestamp(*calibration_.last),
            ", ", format_duration(*calibration_.last - *calibration_.first), ": ",
            counted(calibration_.reports, "report"), " of ", counted(calibration_.checks, "check"),
            " of hosts, switches and racks"));
    const PeriodScale& scale = calibration_.scale;
    if (scale.is_common) {
      say(cat("Periods are about ", absl::StrFormat("%g", scale.factor), " of the policy's (",
              scale.agreeing, " of ", scale.compared,
              " compared): it is a policy for another installation."));
    }
    if (calibration_.has_silences) {
      say(cat("Nothing was received of any check for up to ", format_duration(calibration_.silence),
              ": what lies across such a silence is left out."));
    }
    if (!calibration_.unnamed.empty()) {
      std::string names;
      for (const auto& [name, count] : calibration_.unnamed) {
        names += cat(names.empty() ? "" : ", ", printable(name), " (", count, ")");
      }
      say(cat("Checks that the policy does not name, not looked at: ", names));
    }
    if (has_truth) {
      say(cat("Changes of truth that no report told in time: ", calibration_.untold,
              "; statuses reported that never were true: ", calibration_.untrue));
    }
  }

  void append(const Measured& row) {
    if (row.constant != constant_) {
      constant_ = row.constant;
      const std::optional<std::string> value = value_of(policy_, constant_);
      say(cat(printable(constant_), value ? cat("  ", *value) : ""));
    }
    if (row.what.empty()) {
      out_ += "  ";
      cells_.append(out_, name(row.fit), 0, color_of(row.fit));
      return say(printable(row.note));
    }
    append(cells_of(row), {}, color_of(row.fit), remark(row));
  }

  void append(const Line& line, std::string_view color, std::string_view fit_color,
              const std::string& remark) {
    out_ += "  ";
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool is_number = i >= first_number && i < fit_column;
      if (is_number) {
        cells_.append_number(out_, line[i], widths_[i], color);
      } else {
        cells_.append(out_, line[i], widths_[i], i == fit_column ? fit_color : color);
      }
    }
    out_ += printable(remark);
    while (out_.back() == ' ') out_.pop_back();
    out_ += '\n';
  }

  const Calibration& calibration_;
  const PolicySet& policy_;
  Cells cells_;
  std::string out_;
  std::string constant_;  // of the row before
  std::array<std::size_t, headings.size()> widths_{};
};

}  // namespace

std::string calibration_table(const Calibration& calibration, const PolicySet& policy,
                              bool has_truth, bool colored) {
  return CalibrationTable(calibration, policy, colored).take(has_truth);
}

}  // namespace vitals
