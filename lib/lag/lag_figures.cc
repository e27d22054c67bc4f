// SPDX-License-Identifier: Apache-2.0
#include "vitals/lag_figures.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "lag/figure_maker.h"

namespace vitals {
namespace {

using Makers = std::vector<FigureMaker>;
using Task = std::function<absl::StatusOr<Figure>()>;

// Figure by figure, and of each group by group.
std::vector<Task> tasks_of(const Makers& makers) {
  std::vector<Task> tasks;
  const auto add = [&](const auto& applies, const auto& make) {
    for (const FigureMaker& maker : makers) {
      if (applies(maker)) tasks.emplace_back([&maker, make] { return make(maker); });
    }
  };
  const auto is_measured = [](const FigureMaker& of) { return of.kind() == Kind::hw_watcher; };
  const auto is_stamped = [&](const FigureMaker& of) { return !is_measured(of); };
  const auto is_lucky = [](const FigureMaker& of) {
    return of.kind() == Kind::passive && of.has_luck();
  };
  add(is_stamped, [](const FigureMaker& of) { return of.receipt(); });
  add(is_measured, [](const FigureMaker& of) { return of.average_lag(); });
  add(is_lucky, [](const FigureMaker& of) { return of.lucky_change(); });
  for (const bool moves : {false, true}) {
    add(is_stamped, [moves](const FigureMaker& of) { return of.nodata(moves); });
  }
  add(is_measured, [](const FigureMaker& of) { return of.hang(); });
  add(is_measured, [](const FigureMaker& of) { return of.next_measurement(); });
  for (const bool moves : {false, true}) {
    add(is_stamped, [moves](const FigureMaker& of) { return of.belief(moves); });
  }
  return tasks;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> measure_figures(const PolicySet& policy, std::uint32_t hosts,
                                                    const Runs& runs) {
  Makers makers;
  for (AlikeChecks& each : alike_checks(policy)) makers.emplace_back(std::move(each), hosts, runs);
  const std::vector<Task> tasks = tasks_of(makers);
  std::vector<Figure> figures;
  for (const Task& task : tasks) {
    absl::StatusOr<Figure> figure = task();
    if (!figure.ok()) return figure.status();
    figures.push_back(*std::move(figure));
    if (runs.on_progress) runs.on_progress(figures.size(), tasks.size());
  }
  return figures;
}

bool all_agree(const std::vector<Figure>& figures) {
  return std::all_of(figures.begin(), figures.end(), [](const Figure& it) { return it.agrees; });
}

}  // namespace vitals
