// SPDX-License-Identifier: Apache-2.0
#include "compare/result_rows.h"

#include "compare/compare_words.h"
#include "text/bridge.h"

namespace vitals {

void add_risk_columns(std::vector<SheetColumn>& columns, const ComparedTime& time) {
  const auto add = [&](const std::vector<std::string>& headings) {
    for (const std::string& heading : headings) columns.push_back({heading, true});
  };
  add({"TAKEN BACK"});
  if (!time.has_truth) return add({"AT MOST"});
  add({"OUTDATED", "AT MOST", "BY CRIT", "HIDING", "ACCUSED", "FOR", "MISSED", "FOR"});
}

void add_risk_cells(std::vector<std::string>& row, const PolicyResult& result,
                    const ComparedTime& time) {
  const Answers& repairs = result.repairs;
  const auto at_most = [&](std::uint64_t hits, std::uint64_t of) {
    row.push_back(of == 0 ? "-" : tell_percent(upper_bound(hits, of)));
  };
  row.push_back(tell_part(repairs.taken_back, repairs.given));
  if (!time.has_truth) return at_most(repairs.taken_back, repairs.given);
  row.push_back(tell_part(repairs.outdated, repairs.known));
  at_most(repairs.outdated, repairs.known);
  row.push_back(cat(repairs.accusing));
  row.push_back(cat(repairs.hiding));
  for (const Stretches* wrong : {&result.false_accusations, &result.missed_faults}) {
    row.push_back(cat(wrong->count));
    row.push_back(tell(wrong->total));
  }
}

std::vector<std::string> risk_sentences(const ComparedTime& time) {
  std::vector<std::string> sentences{
      "TAKEN BACK: repairs after which a check counted, and within 1h showed another status."};
  if (time.has_truth) {
    sentences.emplace_back(
        "OUTDATED: repairs after which, within 1h or at first, a check counted with a status of "
        "before the repair, untrue since; BY CRIT, though something else was true; HIDING a CRIT "
        "that was true.");
    sentences.emplace_back(
        "ACCUSED: how often, and for how long in all, a host had a check that counted with CRIT, "
        "though something else was true. MISSED: the same of checks that counted with OK, WARN or "
        "INFO, though CRIT was true; what does not count misses nothing.");
  }
  sentences.emplace_back(
      "AT MOST: what the share before it may be, given how few were seen (one-sided 95 % bound of "
      "Clopper and Pearson).");
  return sentences;
}

void add_percentiles(std::vector<std::string>& row, const std::vector<Seconds>& sorted,
                     const std::vector<int>& percents) {
  for (const int percent : percents) row.push_back(tell(percentile(sorted, percent)));
}

}  // namespace vitals
