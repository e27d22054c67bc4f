// SPDX-License-Identifier: Apache-2.0
#include "compare/compare_sheet.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "compare/compare_words.h"
#include "compare/result_rows.h"
#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

constexpr std::array<std::string_view, 2> letters{"A", "B"};

using Names = std::array<std::string, 2>;

SheetPart policies_part(const Comparison& found, const Names& names) {
  SheetPart part;
  part.table.columns = {{""}, {"POLICY"}};
  for (const ValueDifference& value : found.values) part.table.columns.push_back({value.path});
  constexpr std::size_t most_values = 3;  // side by side
  const bool is_wide = found.values.size() > most_values;
  if (is_wide) part.table.columns.resize(2);
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<std::string> row{std::string(letters[i]), names[i]};
    for (const ValueDifference& value : found.values) {
      if (!is_wide) row.push_back((i == 0 ? value.first : value.second).value_or("-"));
    }
    part.table.rows.push_back(std::move(row));
  }
  if (found.values.empty()) part.sentences.emplace_back("The policies do not differ.");
  return part;
}

// Of policies that differ in much.
SheetPart values_part(const Comparison& found) {
  SheetPart part;
  if (found.values.size() + 2 == policies_part(found, {}).table.columns.size()) return part;
  part.table.columns = {{"VALUE"}, {"A"}, {"B"}};
  for (const ValueDifference& value : found.values) {
    part.table.rows.push_back({value.path, value.first.value_or("-"), value.second.value_or("-")});
  }
  return part;
}

std::string tell_counted(const PolicyResult& result) {
  const CheckResult all = all_checks(result);
  return tell_percent(share_of(all.counted, all.judged));
}

SheetPart time_part(const Comparison& found) {
  return {.sentences = {tell(found.time),
                        cat("Checks of hosts count for ", tell_counted(found.results[0]),
                            " of the time judged under A, for ", tell_counted(found.results[1]),
                            " under B.")}};
}

std::string tell_first(const std::vector<DifferenceExample>& first) {
  if (first.empty()) return "";
  return cat(format_timestamp(first.front().time), " ", first.front().host);
}

std::string tell_what(const Difference& one) {
  switch (one.type) {
    case DifferenceType::any:
      return "differ";
    case DifferenceType::counts:
      return "counts";
    case DifferenceType::verdict:
      return "has a verdict";
    case DifferenceType::reason:
      break;
  }
  return std::string(name(*one.reason));
}

SheetPart differences_part(const Comparison& found) {
  SheetPart part{.heading = "Verdicts that differ"};
  part.table.columns = {{"CHECK"},       {"UNDER"},      {"WHAT"},          {"TIMES", true},
                        {"HOSTS", true}, {"TIME", true}, {"LONGEST", true}, {"FIRST"}};
  std::string_view check;
  for (const Difference& one : found.differences) {
    const bool is_any = one.type == DifferenceType::any;
    part.table.rows.push_back(
        {one.check == check ? "" : one.check, is_any ? "A, B" : std::string(letters[one.under]),
         tell_what(one), cat(one.stretches.count), cat(one.stretches.hosts),
         tell(one.stretches.total), tell(one.stretches.longest), tell_first(one.first)});
    check = one.check;
  }
  if (found.differences.empty()) {
    part.sentences.emplace_back("None.");
  } else {
    part.sentences.emplace_back(
        "To see why: vitals explain --policy A|B --host HOST --check CHECK --at TIME "
        "RECORDING...");
  }
  return part;
}

SheetPart states_part(const Comparison& found) {
  SheetPart part{.heading = "Hosts whose state differs"};
  part.table.columns = {{"UNDER A"},    {"UNDER B"},       {"TIMES", true}, {"HOSTS", true},
                        {"TIME", true}, {"LONGEST", true}, {"FIRST"}};
  for (const StateDifference& one : found.state_differences) {
    part.table.rows.push_back({std::string(name(one.states[0])), std::string(name(one.states[1])),
                               cat(one.stretches.count), cat(one.stretches.hosts),
                               tell(one.stretches.total), tell(one.stretches.longest),
                               tell_first(one.first)});
  }
  return part;
}

// A check, or the host, under both policies.
struct WaitRow {
  std::string name;
  std::array<const Waits*, 2> waits;
  const Sooner* sooner;
};

void add(SheetTable& table, const WaitRow& of) {
  for (std::size_t i = 0; i < 2; ++i) {
    const Waits& waits = *of.waits[i];
    std::vector<std::string> row{i == 0 ? of.name : "", std::string(letters[i]),
                                 tell_part(waits.ended.size(), waits.count())};
    add_percentiles(row, waits.ended, {50, 99, 100});
    if (i == 1) add_percentiles(row, of.sooner->by, {50, 100});
    row.resize(table.columns.size());
    table.rows.push_back(std::move(row));
  }
}

SheetPart repairs_part(const Comparison& found) {
  SheetPart part{.heading = "From the end of work until a check counts, or the host is decided"};
  if (found.time.repairs == 0) return part;
  part.table.columns = {{"CHECK"},     {"UNDER"},     {"ENDED", true},      {"P50", true},
                        {"P99", true}, {"MAX", true}, {"SOONER P50", true}, {"MAX", true}};
  const auto waits_of = [](const PolicyResult& result, const std::string& check) -> const Waits& {
    return std::find_if(result.checks.begin(), result.checks.end(),
                        [&](const CheckResult& one) { return one.check == check; })
        ->waits;
  };
  for (const auto& [check, sooner] : found.checks_sooner) {
    const Waits& first = waits_of(found.results[0], check);
    const Waits& second = waits_of(found.results[1], check);
    if (first.count() + second.count() == 0) continue;
    add(part.table, {.name = check, .waits = {&first, &second}, .sooner = &sooner});
  }
  add(part.table, {.name = "(host)",
                   .waits = {&found.results[0].host_waits, &found.results[1].host_waits},
                   .sooner = &found.hosts_sooner});
  return part;
}

SheetPart risk_part(const Comparison& found) {
  SheetPart part{.heading = "What was risked"};
  if (found.time.repairs == 0 && !found.time.has_truth) return part;
  part.table.columns = {{"UNDER"}};
  add_risk_columns(part.table.columns, found.time);
  for (std::size_t i = 0; i < 2; ++i) {
    std::vector<std::string> row{std::string(letters[i])};
    add_risk_cells(row, found.results[i], found.time);
    part.table.rows.push_back(std::move(row));
  }
  part.sentences = risk_sentences(found.time);
  return part;
}

// Which checks were behind outdated answers.
SheetPart outdated_part(const Comparison& found) {
  SheetPart part;
  part.table.columns = {{"CHECK OUTDATED"}, {"A"}, {"B"}};
  const auto decisions_of = [](const PolicyResult& result, const std::string& check) {
    for (const CheckResult& one : result.checks) {
      if (one.check == check) return one.answers;
    }
    return Answers{};
  };
  std::vector<std::string> checks;
  for (const PolicyResult& result : found.results) {
    for (const CheckResult& one : result.checks) {
      if (one.answers.outdated > 0) checks.push_back(one.check);
    }
  }
  std::sort(checks.begin(), checks.end());
  checks.erase(std::unique(checks.begin(), checks.end()), checks.end());
  for (const std::string& check : checks) {
    std::vector<std::string> row{check};
    for (const PolicyResult& result : found.results) {
      const Answers of = decisions_of(result, check);
      row.push_back(tell_bounded(of.outdated, of.known));
    }
    part.table.rows.push_back(std::move(row));
  }
  return part;
}

}  // namespace

Sheet sheet_of(const Comparison& comparison, const Names& names) {
  Sheet sheet{.title = cat(names[0], " and ", names[1], " on one recording")};
  sheet.parts = {policies_part(comparison, names),
                 values_part(comparison),
                 time_part(comparison),
                 differences_part(comparison),
                 states_part(comparison),
                 repairs_part(comparison),
                 risk_part(comparison),
                 outdated_part(comparison)};
  return sheet;
}

std::string to_text(const Comparison& comparison, const Names& names, const TextStyle& style) {
  return to_text(sheet_of(comparison, names), style);
}

}  // namespace vitals
