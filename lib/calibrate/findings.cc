// SPDX-License-Identifier: Apache-2.0
#include "calibrate/findings.h"

#include <algorithm>
#include <cmath>

namespace vitals {
namespace {

// Each check of a small recording may pause by chance. Many do so only together.
constexpr std::uint64_t least_for_silences = 10;

std::optional<Seconds> median(const Distribution& lengths) {
  if (lengths.size() < least_for_median) return std::nullopt;
  return lengths.quantile(500);
}

double ratio(Seconds measured, Seconds stated) {
  return static_cast<double>(measured.count()) / static_cast<double>(stated.count());
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Nine of ten unchanged receipts come no earlier than `regular` after the one before. If changes
// were sent at once, at any moment of a typical interval, one would come as late with probability
// p; and in one case of five anyway, because what is sent at once may be lost. That so many did is
// then a chance of exp(-n * divergence) at most (Chernoff), which is to be 0.05 at most.
bool keep_the_beat(const Distribution& unchanged, const Distribution& changes) {
  if (unchanged.size() < least_for_median || changes.empty()) return false;
  const Seconds regular = unchanged.quantile(100);
  const Seconds typical = unchanged.quantile(500);
  if (regular <= Seconds{0}) return false;
  const double p = std::max(0.2, 1 - ratio(regular, typical));
  const auto n = static_cast<double>(changes.size());
  const double late = static_cast<double>(changes.above(regular - Seconds{1})) / n;
  if (late <= p) return false;
  const double rest = late < 1 ? (1 - late) * std::log((1 - late) / (1 - p)) : 0;
  return std::exp(-n * (late * std::log(late / p) + rest)) <= 0.05;
}

// Further apart, two periods agree by coincidence.
constexpr double as_good_as_equal = 1.1;
// Nearer to one, the policy is one for this installation.
constexpr double hardly_different = 1.25;

// The factor on which most ratios agree, each with all others of them.
PeriodScale agreement(std::vector<double> ratios) {
  std::sort(ratios.begin(), ratios.end());
  PeriodScale scale{.compared = ratios.size()};
  bool is_alone = true;
  std::size_t first = 0;
  for (std::size_t begin = 0; begin < ratios.size(); ++begin) {
    const auto end =
        std::upper_bound(ratios.begin(), ratios.end(), as_good_as_equal * ratios[begin]);
    const std::size_t count = static_cast<std::size_t>(end - ratios.begin()) - begin;
    if (count == scale.agreeing)
      is_alone = is_alone && ratios[begin] <= as_good_as_equal * ratios[first];
    if (count <= scale.agreeing) continue;
    scale.agreeing = count;
    first = begin;
    is_alone = true;
  }
  if (ratios.empty()) return scale;
  const auto begin = ratios.begin() + static_cast<std::ptrdiff_t>(first);
  const double median = median_of({begin, begin + static_cast<std::ptrdiff_t>(scale.agreeing)});
  // Two digits: more would pretend to know more.
  const double unit = std::pow(10, std::floor(std::log10(median)) - 1);
  scale.factor = std::round(median / unit) * unit;
  scale.is_common = scale.agreeing >= 2 && 2 * scale.agreeing >= scale.compared && is_alone &&
                    std::abs(std::log2(median)) > std::log2(hardly_different);
  return scale;
}

}  // namespace

Findings::Findings(const PolicySet& policy, const Observed& observed) : observed_(observed) {
  for (const auto& [name, check] : policy.checks) names_.push_back({names_.size(), name, check});
  find_silence_limit();
  for (const Observed::OfCheck& samples : observed.checks) {
    OfCheck& check = checks_.emplace_back();
    for (std::size_t i = 0; i < measure_count; ++i) {
      check.of[i] = samples[i].undisturbed({silence_limit_, Seconds::max()});
    }
    // When a measurement is missed, what was measured before is to go stale.
    const auto& measurements = check.of[static_cast<std::size_t>(Measure::measurement)];
    if (const auto typical = median(measurements)) {
      const auto age = static_cast<std::size_t>(Measure::age_at_next);
      check.of[age] = samples[age].undisturbed({silence_limit_, *typical + *typical / 2});
    }
    const auto& intervals = check.of[static_cast<std::size_t>(Measure::interval)];
    const auto& changes = check.of[static_cast<std::size_t>(Measure::change_interval)];
    check.is_measured_by_receipt = keep_the_beat(intervals, changes);
  }
}

// Half as long again as the slowest check takes: all of them missed their turn.
void Findings::find_silence_limit() {
  if (observed_.series < least_for_silences) return;
  std::optional<Seconds> slowest;
  for (const NumberedCheck& check : names_) {
    const auto typical = median(
        observed_.of(check.index, Measure::interval).undisturbed({Seconds::max(), Seconds::max()}));
    if (typical) slowest = std::max(slowest.value_or(*typical), *typical);
  }
  if (slowest) silence_limit_ = *slowest + *slowest / 2;
}

std::optional<Seconds> Findings::typical(std::size_t check, Measure measure) const {
  return median(of(check, measure));
}

const NumberedCheck* Findings::slowest(Measure measure, bool of_netmon) const {
  const NumberedCheck* slowest = nullptr;
  std::optional<Seconds> longest;
  for (const NumberedCheck& check : names_) {
    const auto typical = this->typical(check.index, measure);
    const bool is_asked = (check.policy.kind == Kind::netmon) == of_netmon;
    if (!is_asked || !typical || (longest && *typical <= *longest)) continue;
    longest = typical;
    slowest = &check;
  }
  return slowest;
}

PeriodScale Findings::scale(const Policy& policy) const {
  std::vector<double> ratios;
  const auto compare = [&](Measure measure, bool of_netmon, Seconds stated) {
    const NumberedCheck* check = slowest(measure, of_netmon);
    const Seconds measured = check == nullptr ? Seconds{0} : *typical(check->index, measure);
    if (measured > Seconds{0} && stated > Seconds{0}) ratios.push_back(ratio(measured, stated));
  };
  compare(Measure::interval, false, policy.juggler.push_period);
  compare(Measure::measurement, false, policy.hw_watcher.period);
  compare(Measure::interval, true, policy.netmon.fetch_period);
  for (const Kind kind : {Kind::active, Kind::passive}) {
    if (const auto one = ratio_of_periods(kind)) ratios.push_back(*one);
  }
  return agreement(std::move(ratios));
}

// Of the checks of a kind whose receipts are measurements: one ratio, however many they are.
std::optional<double> Findings::ratio_of_periods(Kind kind) const {
  std::vector<double> ratios;
  for (const NumberedCheck& check : names_) {
    const auto typical = this->typical(check.index, Measure::interval);
    const bool is_told = check.policy.kind == kind && typical && *typical > Seconds{0} &&
                         is_measured_by_receipt(check.index);
    if (is_told) ratios.push_back(ratio(*typical, check.policy.period));
  }
  if (ratios.empty()) return std::nullopt;
  return median_of(std::move(ratios));
}

}  // namespace vitals
