// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>
#include <vector>

#include "compare/compare_sheet.h"
#include "compare/compare_words.h"
#include "compare/result_rows.h"
#include "text/bridge.h"

namespace vitals {
namespace {

// A table with a row a value; `add(row, result)` adds the other cells.
template <class AddCells>
SheetTable table_of_values(const Sweep& sweep, const AddCells& add) {
  SheetTable table{.columns = {{"VALUE", sweep.variation.is_range}}};
  for (std::size_t i = 0; i < sweep.results.size(); ++i) {
    const std::string_view mark = i == sweep.variation.own ? "* " : "";
    std::vector<std::string>& row =
        table.rows.emplace_back(1, cat(mark, sweep.variation.values[i]));
    add(row, sweep.results[i]);
  }
  return table;
}

SheetPart waits_part(const Sweep& sweep) {
  SheetPart part{.heading = cat(sweep.variation.path, ": how long repairs wait")};
  part.table =
      table_of_values(sweep, [](std::vector<std::string>& row, const PolicyResult& result) {
        const CheckResult all = all_checks(result);
        row.push_back(tell_percent(share_of(all.counted, all.judged)));
        for (const Waits* waits : {&all.waits, &result.host_waits}) {
          row.push_back(tell_part(waits->ended.size(), waits->count()));
          add_percentiles(row, waits->ended, {50, 99});
        }
      });
  for (const char* heading :
       {"COUNTS", "CHECKS ENDED", "P50", "P99", "HOSTS ENDED", "P50", "P99"}) {
    part.table.columns.push_back({heading, true});
  }
  part.sentences = {
      "* the policy's own value. COUNTS: the share of the time judged in which checks of hosts "
      "count.",
      "ENDED: waits that ended, from the end of work until a check counts, and until the host is "
      "failing or healthy."};
  return part;
}

SheetPart risk_part(const Sweep& sweep) {
  SheetPart part{.heading = cat(sweep.variation.path, ": what is risked")};
  part.table =
      table_of_values(sweep, [&](std::vector<std::string>& row, const PolicyResult& result) {
        add_risk_cells(row, result, sweep.time);
      });
  add_risk_columns(part.table.columns, sweep.time);
  part.sentences = risk_sentences(sweep.time);
  return part;
}

}  // namespace

Sheet sheet_of(const Sweep& sweep) {
  return {.title = cat(sweep.variation.path, " and what it costs"),
          .parts = {{.sentences = {tell(sweep.time)}}, waits_part(sweep), risk_part(sweep)}};
}

std::string to_text(const Sweep& sweep, const TextStyle& style) {
  return to_text(sheet_of(sweep), style);
}

}  // namespace vitals
