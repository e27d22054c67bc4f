// SPDX-License-Identifier: Apache-2.0
#include "lag/figure_verdict.h"

#include <cmath>
#include <cstdint>

#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

std::string shown(Seconds length) { return format_duration(length); }

// Of fewer lengths nobody can expect that some come near the end of their room.
constexpr std::uint64_t enough = 500;

// The checks of one host share its hw-watcher's phase, so each host is one sample of the mean.
std::string disagreement_of_mean(const Figure& figure) {
  const Distribution& lengths = figure.measured;
  const double samples =
      static_cast<double>(lengths.size()) / static_cast<double>(figure.checks.size());
  const double error = lengths.deviation() / std::sqrt(samples);
  const double off = std::abs(lengths.mean() - static_cast<double>(figure.stated.count()));
  if (off <= 4 * error + 1) return "";
  return cat("The average is ", shown(rounded(lengths.mean())));
}

}  // namespace

Seconds rounded(double seconds) { return Seconds{std::llround(seconds)}; }

std::string disagreement(const Figure& figure) {
  const Distribution& lengths = figure.measured;
  if (figure.says == FigureSays::never) {
    return lengths.empty() ? "" : cat(lengths.size(), " of ", figure.of, " were");
  }
  if (lengths.empty()) return cat("Of ", figure.of, " none was seen");
  if (lengths.shortest() < figure.earliest || lengths.longest() > figure.latest) {
    return cat("It takes ", shown(lengths.shortest()), " to ", shown(lengths.longest()),
               ", and the policy leaves room for ", shown(figure.earliest), " to ",
               shown(figure.latest));
  }
  if (figure.says == FigureSays::on_average) return disagreement_of_mean(figure);
  if (lengths.size() < enough) return "";
  const Seconds near = (figure.latest - figure.earliest) / 10 + Seconds{1};
  if (figure.says == FigureSays::later_than && lengths.shortest() > figure.earliest + near) {
    return cat("None comes before ", shown(lengths.shortest()));
  }
  if (figure.says == FigureSays::up_to && lengths.longest() < figure.latest - near) {
    return cat("None comes after ", shown(lengths.longest()));
  }
  return "";
}

std::string contradiction(const AlikeChecks& checks) {
  const Policy& policy = checks.constants();
  const bool is_measured = checks.check.kind == Kind::hw_watcher;
  if (is_measured && policy.hw_watcher.latency < policy.juggler.propagation) {
    return ", because hw_watcher.latency is shorter than juggler.propagation, which it includes";
  }
  if (is_measured && policy.hw_watcher.period < Seconds{1}) {
    return ", because hw_watcher.period is 0s and no daemon measures all the time";
  }
  if (is_measured &&
      policy.hw_watcher.latency - policy.juggler.propagation > policy.hw_watcher.period) {
    return ", because hw_watcher.latency leaves a longer time for writing than hw_watcher.period: "
           "the model's daemon writes one measurement at a time";
  }
  if (checks.time_to_live() <= checks.check.period) {
    return ", because their time to live is not longer than their period: NODATA comes between any "
           "two measurements";
  }
  return "";
}

}  // namespace vitals
