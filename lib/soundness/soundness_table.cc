// SPDX-License-Identifier: Apache-2.0
// What was found about soundness as tables for people.
#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "soundness/soundness_words.h"
#include "text/bridge.h"
#include "text/text_table.h"
#include "vitals/policy_result.h"
#include "vitals/soundness.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// A cell for each belief: `1270 <1480`, of a million repairs, and what that leaves room for. None
// where nothing was believed, and nothing of this kind depends on what is broken.
std::vector<std::string> risk_row(std::string what, const RepairRisk& risk,
                                  std::optional<Assumption> broken = {}) {
  std::vector<std::string> cells{std::move(what), cat(risk.repairs)};
  for (std::size_t i = 0; i < belief_names.size(); ++i) {
    const std::uint64_t believed = risk.believed[i];
    const bool is_due = !broken || depends_on(static_cast<Belief>(i), *broken) || believed > 0;
    cells.push_back(is_due ? cat(tell_number(part_of(believed, risk.repairs, 1e6)), " <",
                                 tell_number(upper_bound(believed, risk.repairs) * 1e6))
                           : "");
  }
  return cells;
}

std::string tell_length(std::optional<Seconds> length) {
  return length ? format_duration(*length) : "-";
}

std::string table_of_repairs(const Soundness& found) {
  TextTable table("lrrrrrr");
  table.row({"WHAT IS TRUE", "REPAIRS", "STATUS", "ACTIVE", "PASSIVE", "METADATA", "UNMEASURED"});
  const bool is_sound =
      std::none_of(found.margins.begin(), found.margins.end(),
                   [](const auto& margin) { return margin && *margin < Seconds{0}; });
  table.row(
      risk_row(is_sound ? "every assumption holds" : "NOT SOUND by its own numbers", found.sound));
  std::vector<std::string> margins{"  margin on paper", ""};
  std::vector<std::string> nearest{"  nearest that was seen", ""};
  for (std::size_t i = 0; i < belief_names.size(); ++i) {
    margins.push_back(tell_length(found.margins[i]));
    std::optional<Seconds> seen;
    if (found.sound.nearest[i]) seen = std::chrono::floor<Seconds>(*found.sound.nearest[i]);
    nearest.push_back(tell_length(seen));
  }
  table.row(margins);
  table.row(nearest);
  for (const BrokenAssumption& broken : found.broken) {
    table.line(cat(tell(broken.assumption), " (", tell_circumstance(broken.assumption),
                   "): ", tell_bound(broken)));
    for (const BrokenAssumption::Point& point : broken.points) {
      table.row(risk_row(cat("  ", format_duration(point.value)), point.risk, broken.assumption));
    }
  }
  return table.text();
}

std::string tell_accused(const Accusations& found, Settling settling, LeftOut left_out) {
  const std::uint64_t accused =
      found.accused[static_cast<std::size_t>(settling)][static_cast<std::size_t>(left_out)];
  return tell_number(part_of(accused, found.checks, 1e4));
}

constexpr std::array left_out_of_clock{LeftOut::status, LeftOut::change, LeftOut::settling,
                                       LeftOut::unknown, LeftOut::all};

std::string table_of_failures(const Soundness& found) {
  TextTable table("lllrrrrrrrr");
  table.row({"FAILS", "SHELTER", "BESIDES", "CHECKS", "CLOCK", "RECEIPT", "-STATUS", "-CHANGE",
             "-SETTLING", "-UNKNOWN", "-ALL"});
  for (const FailureRisk& risk : found.failures) {
    std::vector<std::string> cells{
        std::string(failing(risk.kind)),
        std::string(shelter_names[static_cast<std::size_t>(risk.shelter)]), tell(risk.mishap),
        cat(risk.found.checks)};
    for (const Settling settling : {Settling::clock, Settling::receipt}) {
      cells.push_back(tell_accused(risk.found, settling, LeftOut::nothing));
    }
    for (const LeftOut left_out : left_out_of_clock) {
      cells.push_back(tell_accused(risk.found, Settling::clock, left_out));
    }
    table.row(cells);
  }
  std::vector<std::string> waits{"host", "usual", "accused after", cat(found.faults->checks)};
  for (const Settling settling : {Settling::clock, Settling::receipt}) {
    waits.push_back(tell_length(mean_wait(*found.faults, settling, LeftOut::nothing)));
  }
  for (const LeftOut left_out : left_out_of_clock) {
    waits.push_back(tell_length(mean_wait(*found.faults, Settling::clock, left_out)));
  }
  table.row(waits);
  return table.text();
}

}  // namespace

std::string to_table(const Soundness& found) {
  constexpr std::string_view about_repairs =
      "Old states believed after repairs: of a million repairs, and what that leaves room for. By\n"
      "status, by receipt of active and of passive checks, by metadata, and where nobody had "
      "measured\n"
      "anything.\n"
      "\n";
  std::string out = cat(about_repairs, table_of_repairs(found));
  if (!found.faults) return out;
  constexpr std::string_view about_failures =
      "\n"
      "Hosts accused for their switch or rack: of 10000 active checks behind a failure, settling "
      "by\n"
      "clock and by receipt, and by clock without each condition. At the end what that costs: how\n"
      "long a host that is truly broken waits until it is accused.\n"
      "\n";
  out += cat(about_failures, table_of_failures(found));
  return out;
}

}  // namespace vitals
