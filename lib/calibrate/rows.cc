// SPDX-License-Identifier: Apache-2.0
#include "calibrate/rows.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "text/bridge.h"
#include "vitals/appearance.h"
#include "vitals/policy_sums.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

// Without a target: of so many samples one can be sure that the longest covers 95 %.
constexpr double usual_target = 0.05;

// What the policy allows, and how it says so.
struct Allowed {
  Seconds length;
  std::string formula;
};

class Rows {
 public:
  Rows(const PolicySet& policy, const Findings& findings, std::optional<double> target,
       bool has_truth)
      : policy_(policy.constants), findings_(findings), target_(target), has_truth_(has_truth) {}

  std::vector<Measured> take() {
    about_juggler();
    about_times_to_live();
    about_hw_watcher();
    about_netmon();
    about_racks();
    about_hosts();
    for (const NumberedCheck& check : findings_.checks()) about_check(check);
    return std::move(rows_);
  }

 private:
  // A row of one measure of one check; none where there are no samples.
  Measured* add(std::string_view constant, std::string_view what, const NumberedCheck& check,
                Measure measure, std::optional<Allowed> allowed) {
    const Distribution& samples = findings_.of(check.index, measure);
    const std::uint64_t left_out = findings_.left_out(check.index, measure);
    if (samples.empty() && left_out == 0) return nullptr;
    Measured& row = rows_.emplace_back(Measured{.constant = std::string(constant),
                                                .what = std::string(what),
                                                .check = check.name,
                                                .samples = samples.size(),
                                                .left_out = left_out});
    if (allowed) {
      row.allowed = allowed->length;
      row.formula = std::move(allowed->formula);
    }
    if (samples.empty()) {
      row.note = "all of them across a silence of everything";
      return &row;
    }
    row.shortest = samples.shortest();
    row.p50 = samples.quantile(500);
    row.p99 = samples.quantile(990);
    row.p999 = samples.quantile(999);
    row.longest = samples.longest();
    if (allowed) {
      row.exceeded = samples.above(allowed->length);
      row.fit = fit(samples, allowed->length);
    }
    return &row;
  }

  void not_measured(std::string_view constant, std::string_view why) {
    rows_.push_back({.constant = std::string(constant), .note = std::string(why)});
  }

  // Says why, where no row of the constant was added since there were so many.
  void unless_added(std::size_t rows_before, std::string_view constant, std::string_view why) {
    if (rows_.size() == rows_before) not_measured(constant, why);
  }

  [[nodiscard]] Fit fit(const Distribution& samples, Seconds allowed) const {
    const auto exceeded = static_cast<double>(samples.above(allowed));
    const auto tolerated = target_.value_or(0) * static_cast<double>(samples.size());
    if (exceeded > tolerated) return Fit::too_tight;
    const std::optional<Seconds> bound = bound_of(samples, target_.value_or(usual_target));
    if (!bound) return Fit::too_few;
    return 2 * (target_ ? *bound : samples.longest()) < allowed ? Fit::generous : Fit::fits;
  }

  // Of a measure that sees a part only, or mostly nothing: it may show that too little is allowed,
  // never that too much is.
  static void judge_one_side(Measured* row, std::string_view why = "") {
    if (row == nullptr || row->fit != Fit::generous) return;
    row->fit = Fit::fits;
    row->note = why;
  }

  // A period beside what is typical.
  static void judge_period(Measured* row, Seconds period) {
    if (row == nullptr || row->samples == 0 || row->fit == Fit::too_tight) return;
    const bool is_short = 20 * row->p50 > 21 * period;
    if (row->samples < least_for_median) {
      row->fit = Fit::too_few;
    } else if (is_short) {
      row->fit = Fit::too_tight;
      row->note = cat("typical ", format_duration(row->p50), " against ", format_duration(period));
    } else if (row->fit == Fit::not_measured) {
      row->fit = 3 * row->p50 < 2 * period ? Fit::generous : Fit::fits;
    }
  }

  [[nodiscard]] bool is_of_juggler(const NumberedCheck& check) const {
    return check.policy.kind != Kind::netmon;
  }

  void about_juggler() {
    const Policy::Juggler& juggler = policy_.juggler;
    const NumberedCheck* slowest = findings_.slowest(Measure::interval);
    std::size_t before = rows_.size();
    for (const NumberedCheck& check : findings_.checks()) {
      if (!is_of_juggler(check)) continue;
      Measured* row =
          add("juggler.push_period", "between two receipts", check, Measure::interval,
              Allowed{stale_after(check.policy.kind, policy_), "2 * juggler.push_period"});
      const bool is_slowest =
          slowest != nullptr && findings_.typical(check.index, Measure::interval) ==
                                    findings_.typical(slowest->index, Measure::interval);
      if (is_slowest) judge_period(row, juggler.push_period);
    }
    unless_added(before, "juggler.push_period", "no check was received twice with one status");
    before = rows_.size();
    for (const NumberedCheck& check : findings_.checks()) {
      if (is_of_juggler(check)) about_delay(check);
    }
    unless_added(before, "juggler.propagation", "no check changed");
    about_overhead();
  }

  // What is sent at once is here after its delivery, which is a part of propagation; what is lost
  // comes with the next regular push.
  void about_delay(const NumberedCheck& check) {
    const Seconds propagation = policy_.juggler.propagation;
    if (findings_.is_measured_by_receipt(check.index)) {
      Measured* row = add("juggler.propagation", "from a change to its receipt", check,
                          Measure::delay, Allowed{propagation, "juggler.propagation"});
      if (row != nullptr) row->note = "each receipt is a measurement: changes keep the beat";
      return;
    }
    Measured* row =
        add("juggler.propagation", "from a change to its receipt", check, Measure::delay,
            Allowed{sum(propagation, policy_.juggler.push_period),
                    "juggler.propagation + juggler.push_period"});
    if (row == nullptr) return;
    judge_one_side(row);
    const std::uint64_t late = findings_.of(check.index, Measure::delay).above(propagation);
    if (late > 0) {
      row->note = cat(late, " of ", row->samples,
                      " later than juggler.propagation: they came with a regular push only");
    }
  }

  // Until the first measurement; of an active check the one that finds it still so after the flap
  // delay may come another period later.
  [[nodiscard]] Allowed until_stamped(const CheckPolicy& check) const {
    const bool is_active = check.kind == Kind::active;
    return {until_stamp(check, policy_.juggler.overhead),
            cat(is_active ? "2 * " : "", "period + overhead + accuracy")};
  }

  void about_overhead() {
    constexpr std::string_view constant = "juggler.overhead";
    const std::size_t before = rows_.size();
    for (const NumberedCheck& check : findings_.checks()) {
      const Kind kind = check.policy.kind;
      if (is_infrastructure(kind)) continue;
      if (kind == Kind::hw_watcher) continue;
      judge_one_side(add(constant, "a change is stamped, and no longer true for", check,
                         Measure::over_at_stamp,
                         Allowed{status_lag(check.policy, policy_), "overhead + accuracy"}));
      judge_one_side(add(constant, "a status is received, and no longer true for", check,
                         Measure::over_at_receipt,
                         Allowed{receipt_lag(check.policy, policy_),
                                 "overhead + push_period + 2 * period + accuracy"}));
      const Allowed stamped = until_stamped(check.policy);
      add(constant, "from the truth to its stamp", check, Measure::truth_to_stamp, stamped);
      add(constant, "from the truth to its receipt", check, Measure::truth_to_receipt,
          Allowed{sum(stamped.length, policy_.juggler.push_period),
                  cat(stamped.formula, " + push_period")});
    }
    unless_added(before, constant,
                 has_truth_ ? "the truth never changed" : "only the truth shows it: --truth FILE");
  }

  void about_times_to_live() {
    for (const bool is_active : {true, false}) {
      const std::string_view constant =
          is_active ? "juggler.active_ttl" : "juggler.passive_ttl_periods";
      const std::size_t before = rows_.size();
      for (const NumberedCheck& check : findings_.checks()) {
        if (is_infrastructure(check.policy.kind)) continue;
        if ((check.policy.kind == Kind::active) == is_active) about_silence(constant, check);
      }
      unless_added(before, constant, "no check fell silent");
    }
  }

  void about_silence(std::string_view constant, const NumberedCheck& check) {
    const bool is_active = check.policy.kind == Kind::active;
    const Allowed allowed =
        is_active ? Allowed{policy_.juggler.active_ttl, "juggler.active_ttl"}
                  : Allowed{times(policy_.juggler.passive_ttl_periods, check.policy.period),
                            "juggler.passive_ttl_periods * period"};
    Measured* row = add(constant, "silence before NODATA", check, Measure::silence, allowed);
    const auto typical = findings_.typical(check.index, Measure::interval);
    // Longer than a regular interval: the source repeats nothing while the time to live runs.
    const bool is_hidden = row != nullptr && row->samples > 0 && row->fit != Fit::too_tight &&
                           typical && 10 * row->longest <= 11 * *typical;
    if (is_hidden) {
      row->fit = Fit::not_measured;
      row->note = "what is known is repeated until NODATA comes, so no silence is seen";
    }
    add(constant, "from the truth of NODATA to its stamp", check, Measure::truth_to_nodata,
        Allowed{sum(allowed.length, policy_.juggler.propagation),
                cat(allowed.formula, " + propagation")});
  }

  void about_hw_watcher() {
    std::size_t before = rows_.size();
    const auto each = [&](auto&& about) {
      for (const NumberedCheck& check : findings_.checks()) {
        if (check.policy.kind == Kind::hw_watcher) about(check);
      }
    };
    each([&](const NumberedCheck& check) {
      judge_period(add("hw_watcher.period", "between two measurements", check, Measure::measurement,
                       std::nullopt),
                   policy_.hw_watcher.period);
    });
    unless_added(before, "hw_watcher.period", "no check of hw-watcher was measured twice");
    before = rows_.size();
    each([&](const NumberedCheck& check) {
      add("hw_watcher.latency", "age of a measurement, first received", check,
          Measure::age_at_first,
          Allowed{sum(policy_.hw_watcher.latency, check.policy.period, policy_.juggler.push_period),
                  "latency + period + push_period"});
      add("hw_watcher.latency", "age of a measurement, when replaced", check, Measure::age_at_next,
          Allowed{hung_after(check.policy, policy_),
                  "hw_watcher.period + period + latency + push_period"});
      add("hw_watcher.latency", "from the truth to its receipt", check, Measure::truth_to_receipt,
          Allowed{hung_after(check.policy, policy_),
                  "hw_watcher.period + period + latency + push_period"});
    });
    unless_added(before, "hw_watcher.latency", "no check of hw-watcher was measured twice");
  }

  void about_netmon() {
    const std::string fetches = "2 * netmon.fetch_period";
    const Seconds two_fetches = stale_after(Kind::netmon, policy_);
    const std::size_t before = rows_.size();
    for (const NumberedCheck& check : findings_.checks()) {
      if (check.policy.kind != Kind::netmon) continue;
      judge_period(add("netmon.fetch_period", "between two receipts", check, Measure::interval,
                       Allowed{two_fetches, fetches}),
                   policy_.netmon.fetch_period);
      add("netmon.fetch_period", "from a change to its receipt", check, Measure::delay,
          Allowed{two_fetches, fetches});
    }
    unless_added(before, "netmon.fetch_period", "no switch was received twice with one status");
    about_lag(Kind::netmon, "netmon.window", "window + fetch_period");
  }

  void about_racks() {
    constexpr std::string_view constant = "pongerd.flap_delay";
    const std::size_t before = rows_.size();
    for (const NumberedCheck& check : findings_.checks()) {
      const bool is_exact = findings_.is_measured_by_receipt(check.index);
      Measured* row =
          add(constant, "between two changes", check,
              is_exact ? Measure::hold_by_receipt : Measure::hold_by_stamp, std::nullopt);
      if (row == nullptr || row->samples == 0) continue;
      // Whatever comes sooner was not held back for so long. One such case is enough.
      const Seconds at_most =
          sum(row->shortest, is_exact ? Seconds{0} : policy_.juggler.propagation);
      row->fit = at_most < policy_.pongerd.flap_delay ? Fit::generous : Fit::fits;
      if (row->fit == Fit::generous) {
        row->note = cat("nothing is held back for longer than ", format_duration(at_most));
      }
    }
    unless_added(before, constant, "no check changed twice");
    about_lag(Kind::rack, constant, "flap_delay + propagation + push_period");
  }

  void about_lag(Kind kind, std::string_view constant, const std::string& formula) {
    const std::size_t before = rows_.size();
    for (const NumberedCheck& check : findings_.checks()) {
      if (check.policy.kind != kind) continue;
      const Allowed allowed{lag(kind, policy_), formula};
      add(constant, "a failing check of a host waits for it", check, Measure::lag, allowed);
      add(constant, "from the truth to its receipt", check, Measure::truth_to_receipt, allowed);
    }
    if (kind == Kind::netmon) {
      unless_added(before, constant, "no switch failed with checks of hosts behind it");
    }
  }

  void about_hosts() {
    not_measured("rename.detection", "no recording shows when a source looks a new name up");
    constexpr std::string_view constant = "appearance.cron_duration";
    const Allowed allowed{appear_by(Timestamp{}, 1, policy_).time_since_epoch(),
                          "appear_by - assigned or renamed"};
    const std::size_t before = rows_.size();
    for (const NumberedCheck& check : findings_.checks()) {
      add(constant, "until a new host's first receipt", check, Measure::appearance, allowed);
    }
    unless_added(before, constant, "no host was assigned or renamed");
    not_measured("retention.push_periods", "it is a choice");
  }

  void about_check(const NumberedCheck& check) {
    const std::string of_check = cat("checks.", check.name, ".");
    if (findings_.of(check.index, Measure::ahead).empty()) {
      return not_measured(cat(of_check, "kind"), "it was never received");
    }
    if (!is_infrastructure(check.policy.kind)) {
      if (findings_.is_measured_by_receipt(check.index)) {
        judge_period(add(cat(of_check, "period"), "between two measurements", check,
                         Measure::interval, std::nullopt),
                     check.policy.period);
      } else {
        not_measured(cat(of_check, "period"),
                     "a receipt may repeat an old measurement: too few changes keep the beat");
      }
    }
    const std::string accuracy = cat(of_check, "accuracy");
    judge_one_side(add(accuracy, "a time ahead of its receipt, of a host", check, Measure::ahead,
                       Allowed{check.policy.accuracy, "accuracy"}),
                   "a clock that is behind cannot be seen");
    judge_one_side(add(accuracy, "measured, and no longer true for", check,
                       Measure::over_at_measurement, Allowed{check.policy.accuracy, "accuracy"}));
  }

  const Policy& policy_;
  const Findings& findings_;
  std::optional<double> target_;
  bool has_truth_;
  std::vector<Measured> rows_;
};

}  // namespace

std::vector<Measured> measured_rows(const PolicySet& policy, const Findings& findings,
                                    std::optional<double> target, bool has_truth) {
  return Rows(policy, findings, target, has_truth).take();
}

}  // namespace vitals
