// SPDX-License-Identifier: Apache-2.0
#include "calibrate/suggest.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_format.h"
#include "text/bridge.h"
#include "vitals/appearance.h"
#include "vitals/policy_sums.h"
#include "vitals/policy_value.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

Seconds grain_of(Seconds length) {
  using std::chrono::hours;
  using std::chrono::minutes;
  if (length <= minutes{1}) return Seconds{1};
  if (length <= minutes{5}) return Seconds{5};
  if (length <= minutes{10}) return Seconds{15};
  return length <= hours{1} ? Seconds{60} : Seconds{300};
}

Seconds half_up(Seconds length) { return (length + Seconds{1}) / 2; }

std::string share(double target) { return absl::StrFormat("%g", target); }

constexpr double lesser_target = 0.05;

// The longest of what several checks need, and why.
struct Need {
  std::optional<Seconds> length{};
  std::string why{};      // of the check that needs most
  std::string too_few{};  // the checks that cannot say
  // Of those what was seen: too little to promise anything, and not to be fallen below.
  std::optional<Seconds> seen{};
  std::string seen_why{};

  void take(Seconds needed, std::string because) {
    if (length && *length >= needed) return;
    length = needed;
    why = std::move(because);
  }
  void see(Seconds longest, std::string because) {
    if (seen && *seen >= longest) return;
    seen = longest;
    seen_why = std::move(because);
  }
};

class Suggesting {
 public:
  Suggesting(const PolicySet& policy, const Findings& findings, const PeriodScale& scale,
             double target)
      : was_(policy),
        findings_(findings),
        scale_(scale.is_common ? scale.factor : 1),
        target_(target),
        result_(policy) {
    result_.origins.clear();
    result_.origins["checks"] = origin("checks");
  }

  PolicySet take() {
    for (const std::string& path : value_paths(was_)) keep(path);
    for (const NumberedCheck& check : findings_.checks()) set_period(check);
    set_push_period();
    set_propagation();
    set_flap_delay();
    set_overhead();
    set_times_to_live();
    set_hw_watcher();
    set_netmon();
    set_appearance();
    set_retention();
    for (const NumberedCheck& check : findings_.checks()) set_accuracy(check);
    return std::move(result_);
  }

 private:
  // Values by their path, which the policy has, and as lengths, which they are.
  [[nodiscard]] Seconds value(std::string_view path) const {
    return *parse_duration(*value_of(result_, path));
  }
  void put(std::string_view path, Seconds length, std::string reason) {
    length = std::min(length, longest_duration);
    put(path, format_duration(length), std::move(reason));
  }
  void put(std::string_view path, const std::string& text, std::string reason) {
    if (!set_value(result_, path, text).ok()) return;  // as for a period of zero
    result_.origins[std::string(path)] = std::move(reason);
  }
  void give_reason(std::string_view path, std::string reason) {
    result_.origins[std::string(path)] = std::move(reason);
  }
  // What was said so far, and more.
  void add_reason(std::string_view path, std::string_view more) {
    result_.origins[std::string(path)] += cat("; ", more);
  }

  [[nodiscard]] std::string origin(std::string_view path) const {
    const auto stated = was_.origins.find(path);
    return stated == was_.origins.end() ? "default" : cat("stated in ", stated->second);
  }

  // What cannot be measured, or not well enough: as somebody stated it; a default by the common
  // scale, as all periods of the installation.
  void keep(const std::string& path) {
    const std::string was = *value_of(was_, path);
    const absl::StatusOr<Seconds> length = parse_duration(was);
    const bool is_scaled =
        scale_ != 1 && length.ok() && *length > Seconds{0} && !was_.origins.contains(path);
    if (!is_scaled) return give_reason(path, origin(path));
    const double exact = static_cast<double>(length->count()) * scale_;
    const Seconds scaled{std::max<std::int64_t>(std::llround(exact), 1)};
    put(path, scaled, cat("default ", was, " x ", absl::StrFormat("%g", scale_)));
  }

  // What the samples let us say of how long a length may be.
  [[nodiscard]] std::string evidence(const NumberedCheck& check, const Distribution& samples,
                                     Seconds bound, std::string_view what) const {
    return cat(check.name, ": ", evidence(samples, bound, what));
  }
  [[nodiscard]] std::string evidence(const Distribution& samples, Seconds bound,
                                     std::string_view what) const {
    return cat(what, " above ", format_duration(bound), " in at most ", share(target_),
               " of cases (", samples.above(bound), " of ", samples.size(), ", longest ",
               format_duration(samples.longest()), ")");
  }

  // Of too few samples for the target nothing is promised: only what was seen is told.
  [[nodiscard]] std::string seen_up_to(const Distribution& samples, std::optional<Seconds> bound,
                                       std::string_view what) const {
    if (bound) return evidence(samples, *bound, what);
    return cat(what, " up to ", format_duration(samples.longest()));
  }

  // Takes the bound of a measure, less what else the sum has; or notes that there are too few.
  void consider(Need& need, const NumberedCheck& check, Measure measure, std::string_view what,
                Seconds less = Seconds{0}) const {
    const Distribution& samples = findings_.of(check.index, measure);
    if (samples.empty()) return;
    if (const std::optional<Seconds> bound = bound_of(samples, target_)) {
      need.take(std::max(*bound - less, Seconds{0}), evidence(check, samples, *bound, what));
    } else {
      need.too_few += cat(need.too_few.empty() ? "" : ", ", check.name, " ", samples.size());
      see(need, check, samples, what, less);
    }
  }
  // Samples that are too few for the target may be enough for a lesser one, and the target needs no
  // less than that does.
  void see(Need& need, const NumberedCheck& check, const Distribution& samples,
           std::string_view what, Seconds less) const {
    if (samples.size() < samples_needed(lesser_target)) return;
    need.see(std::max(samples.longest() - less, Seconds{0}),
             cat(check.name, ": ", seen_up_to(samples, std::nullopt, what)));
  }
  void tell_too_few(std::string_view path, const Need& need) {
    if (need.too_few.empty()) return;
    add_reason(path, cat("too few samples (", need.too_few, " of the ", samples_needed(target_),
                         " needed)"));
  }

  // A value that stays unless more is needed.
  void raise(std::string_view path, const Need& need) {
    if (need.length && *need.length > value(path)) {
      put(path, rounded_up(*need.length), need.why);
    } else if (need.length) {
      add_reason(path, cat("enough: ", need.why));
    }
    keep_above_seen(path, need);
    tell_too_few(path, need);
  }
  // A suggestion does not fall below what its own recording shows.
  void keep_above_seen(std::string_view path, const Need& need) {
    if (need.seen && *need.seen > value(path)) put(path, rounded_up(*need.seen), need.seen_why);
  }
  // A value that follows what is needed, whether that is more or less.
  void follow(std::string_view path, const Need& need, Seconds at_least) {
    if (need.length) {
      const Seconds wanted = std::max(rounded_up(*need.length), at_least);
      const bool is_near = wanted <= value(path) && value(path) <= 2 * wanted;
      if (is_near) {
        add_reason(path, cat("enough: ", need.why));
      } else {
        put(path, wanted, need.why);
      }
    }
    keep_above_seen(path, need);
    tell_too_few(path, need);
  }

  // A period that stays if it is that of the recording, near enough. It also ends deadlines, so it
  // becomes shorter only if there are samples enough to say how long it may take.
  void set_typical(std::string_view path, const NumberedCheck& check, Measure measure,
                   bool is_enough) {
    const Seconds typical = *findings_.typical(check.index, measure);
    std::string why = cat(check.name, ": typical ", format_duration(typical),
                          " (n = ", findings_.of(check.index, measure).size(), ")");
    const bool is_near = 20 * value(path) >= 19 * typical && 4 * value(path) <= 5 * typical;
    const bool is_shorter = typical < value(path);
    if (is_near) return add_reason(path, why);
    if (is_shorter && !is_enough) return add_reason(path, why + ", too few to make it shorter");
    put(path, nominal(typical), std::move(why));
  }
  [[nodiscard]] bool is_enough(const NumberedCheck& check, Measure measure) const {
    return findings_.of(check.index, measure).size() >= samples_needed(target_);
  }

  void set_period(const NumberedCheck& check) {
    if (is_infrastructure(check.policy.kind)) return;
    const std::string path = cat("checks.", check.name, ".period");
    const auto typical = findings_.typical(check.index, Measure::interval);
    if (!findings_.is_measured_by_receipt(check.index) || !typical) {
      const bool is_received = !findings_.of(check.index, Measure::ahead).empty();
      return add_reason(path,
                        is_received ? "a receipt may repeat an old measurement" : "never received");
    }
    set_typical(path, check, Measure::interval, is_enough(check, Measure::interval));
    add_reason(path, "each receipt is a measurement");
  }

  // The deadline is two periods: enough for what is typical, and for nearly everything.
  void set_repeats(std::string_view path, bool of_netmon) {
    Need need;
    for (const NumberedCheck& check : findings_.checks()) {
      if ((check.policy.kind == Kind::netmon) != of_netmon) continue;
      consider(need, check, Measure::interval, "interval");
    }
    if (const NumberedCheck* slowest = findings_.slowest(Measure::interval, of_netmon)) {
      set_typical(path, *slowest, Measure::interval, need.too_few.empty());
    }
    if (need.length && half_up(*need.length) > value(path)) {
      put(path, rounded_up(half_up(*need.length)), cat("half of the deadline: ", need.why));
    } else if (need.length) {
      add_reason(path, cat("twice that is enough: ", need.why));
    }
    if (need.seen) need.seen = half_up(*need.seen);
    keep_above_seen(path, need);
    tell_too_few(path, need);
  }

  void set_push_period() { set_repeats("juggler.push_period", false); }

  // Where each receipt is a measurement, the delay of a change is the way from its stamp to us.
  // More of the way may lie before the stamp, so it shows only what is too little.
  void set_propagation() {
    constexpr std::string_view path = "juggler.propagation";
    Distribution delays;
    for (const NumberedCheck& check : findings_.checks()) {
      const bool tells =
          check.policy.kind != Kind::netmon && findings_.is_measured_by_receipt(check.index);
      if (tells) delays.add(findings_.of(check.index, Measure::delay));
    }
    if (delays.empty()) return add_reason(path, "the way to Juggler is not seen");
    const std::optional<Seconds> bound = bound_of(delays, target_);
    if (!bound) {
      add_reason(path, cat("too few changes (", delays.size(), " of the ", samples_needed(target_),
                           " needed)"));
    }
    if (!bound && delays.size() < samples_needed(lesser_target)) return;
    delay_ = bound.value_or(delays.longest());
    Need need;
    need.take(*delay_, seen_up_to(delays, bound, "receipt of a change"));
    raise(path, need);
  }

  // Two changes in a row cannot both have been held back for longer than lies between them.
  void set_flap_delay() {
    constexpr std::string_view path = "pongerd.flap_delay";
    std::optional<Seconds> at_most;
    std::string why;
    for (const NumberedCheck& check : findings_.checks()) {
      const bool is_exact = findings_.is_measured_by_receipt(check.index);
      const Distribution& holds =
          findings_.of(check.index, is_exact ? Measure::hold_by_receipt : Measure::hold_by_stamp);
      if (holds.empty()) continue;
      const Seconds hold =
          sum(holds.shortest(), is_exact ? Seconds{0} : value("juggler.propagation"));
      if (at_most && *at_most <= hold) continue;
      at_most = hold;
      why = cat(check.name, ": a change and its opposite were told within ", format_duration(hold),
                ", so none is held back for longer");
    }
    if (at_most && *at_most < value(path)) {
      put(path, *at_most, why);
    } else if (at_most) {
      add_reason(path, cat("no change is surely held back for less: ", format_duration(*at_most),
                           " and more"));
    }
    Need need;
    const Seconds others = sum(value("juggler.propagation"), value("juggler.push_period"));
    consider_infrastructure(need, Kind::rack, others);
    raise(path, need);
    raise_to_next_receipt(path, Kind::rack, others);
  }

  // How late a switch or a rack speaks up, less what else the sum has.
  void consider_infrastructure(Need& need, Kind kind, Seconds others) const {
    for (const NumberedCheck& check : findings_.checks()) {
      if (check.policy.kind != kind) continue;
      consider(need, check, Measure::lag, "lag behind a host's failure", others);
      consider(need, check, Measure::truth_to_receipt, "from the truth to its receipt", others);
    }
  }
  // It cannot speak up before its next receipt.
  void raise_to_next_receipt(std::string_view path, Kind kind, Seconds others) {
    Need need;
    for (const NumberedCheck& check : findings_.checks()) {
      const Distribution& samples = findings_.of(check.index, Measure::interval);
      const bool tells =
          check.policy.kind == kind && delay_ && samples.size() >= samples_needed(lesser_target);
      if (!tells) continue;
      const std::optional<Seconds> bound = bound_of(samples, target_);
      const Seconds interval = bound.value_or(samples.longest());
      need.take(std::max(interval + *delay_ - others, Seconds{0}),
                cat("not before the next receipt: ", check.name, ": ",
                    seen_up_to(samples, bound, "interval"), ", and ", format_duration(*delay_),
                    " of delay"));
    }
    if (need.length && *need.length > value(path)) raise(path, need);
  }

  void set_overhead() {
    constexpr std::string_view path = "juggler.overhead";
    const Policy& was = was_.constants;
    const Seconds parts = sum(value("pongerd.flap_delay"), value("juggler.propagation"));
    const bool was_sum =
        was.juggler.overhead == sum(was.pongerd.flap_delay, was.juggler.propagation);
    constexpr std::string_view why = "flap_delay + propagation";
    if (value(path) == parts) {
      add_reason(path, why);
    } else if (was_sum || value(path) < parts) {
      put(path, parts, std::string(why));
    }
    Need need;
    for (const NumberedCheck& check : findings_.checks()) {
      const Kind kind = check.policy.kind;
      if (is_infrastructure(kind) || kind == Kind::hw_watcher) continue;
      const CheckPolicy& now = result_.checks.find(check.name)->second;
      consider(need, check, Measure::over_at_stamp, "untrue at the stamp for", now.accuracy);
      consider(need, check, Measure::over_at_receipt, "untrue at the receipt for",
               receipt_lag(now, result_.constants) - result_.constants.juggler.overhead);
      consider(need, check, Measure::truth_to_stamp, "from the truth to its stamp",
               until_stamp(now, Seconds{0}));
    }
    raise(path, need);
  }

  void set_times_to_live() {
    Need of_active;
    std::int64_t periods = 0;
    std::string why;
    for (const NumberedCheck& check : findings_.checks()) {
      if (is_infrastructure(check.policy.kind)) continue;
      if (check.policy.kind == Kind::active) {
        consider(of_active, check, Measure::truth_to_nodata, "from the last measurement to NODATA",
                 value("juggler.propagation"));
        continue;
      }
      Need need;
      consider(need, check, Measure::truth_to_nodata, "from the last measurement to NODATA",
               value("juggler.propagation"));
      if (!need.length) continue;
      const Seconds period = result_.checks.find(check.name)->second.period;
      const std::int64_t needed = (*need.length + period - Seconds{1}) / period;
      if (needed <= periods) continue;
      periods = needed;
      why = need.why;
    }
    raise("juggler.active_ttl", of_active);
    constexpr std::string_view path = "juggler.passive_ttl_periods";
    if (periods > result_.constants.juggler.passive_ttl_periods) put(path, cat(periods), why);
  }

  void set_hw_watcher() {
    Need need;
    constexpr std::string_view path = "hw_watcher.latency";
    if (const NumberedCheck* slowest = findings_.slowest(Measure::measurement)) {
      set_typical("hw_watcher.period", *slowest, Measure::measurement,
                  is_enough(*slowest, Measure::measurement));
    }
    for (const NumberedCheck& check : findings_.checks()) {
      if (check.policy.kind != Kind::hw_watcher) continue;
      const CheckPolicy& now = result_.checks.find(check.name)->second;
      const Seconds others = sum(now.period, value("juggler.push_period"));
      consider(need, check, Measure::age_at_first, "age at the first receipt", others);
    }
    follow(path, need, value("juggler.propagation"));
    if (value(path) < value("juggler.propagation")) {
      put(path, value("juggler.propagation"), "propagation, which it includes");
    }
  }

  void set_netmon() {
    set_repeats("netmon.fetch_period", true);
    constexpr std::string_view path = "netmon.window";
    Need need;
    consider_infrastructure(need, Kind::netmon, value("netmon.fetch_period"));
    follow(path, need, Seconds{0});
    raise_to_next_receipt(path, Kind::netmon, value("netmon.fetch_period"));
  }

  void set_appearance() {
    constexpr std::string_view path = "appearance.cron_duration";
    const Seconds others =
        appear_by(Timestamp{}, 1, result_.constants).time_since_epoch() - value(path);
    Need need;
    for (const NumberedCheck& check : findings_.checks()) {
      consider(need, check, Measure::appearance, "first receipt of a host", others);
    }
    raise(path, need);
    add_reason("rename.detection", "no recording shows it");
    // The first run of what is required must fit in.
    constexpr std::string_view first_run = "appearance.passive_period";
    for (const NumberedCheck& check : findings_.checks()) {
      const CheckPolicy& now = result_.checks.find(check.name)->second;
      if (!check.policy.required || now.period <= value(first_run)) continue;
      put(first_run, now.period, cat("the period of ", check.name, ", which is required"));
    }
  }

  // What is still fresh must not be removed.
  void set_retention() {
    const Seconds push_period = value("juggler.push_period");
    const Seconds deadline = times(2, value("netmon.fetch_period"));
    if (retention(result_.constants) >= deadline) return;
    const std::int64_t periods =
        std::min<std::int64_t>((deadline + push_period - Seconds{1}) / push_period, 1000);
    put("retention.push_periods", cat(periods), "no shorter than 2 * netmon.fetch_period");
  }

  void set_accuracy(const NumberedCheck& check) {
    Need need;
    consider(need, check, Measure::ahead, "clock of a host ahead");
    consider(need, check, Measure::over_at_measurement, "untrue when measured for");
    raise(cat("checks.", check.name, ".accuracy"), need);
  }

  const PolicySet& was_;
  const Findings& findings_;
  double scale_;
  double target_;
  PolicySet result_;
  std::optional<Seconds> delay_{};  // of changes, where each receipt is a measurement
};

}  // namespace

Seconds rounded_up(Seconds length) {
  const Seconds grain = grain_of(length);
  return (length + grain - Seconds{1}) / grain * grain;
}

Seconds nominal(Seconds typical) {
  const Seconds grain = grain_of(typical);
  const Seconds below = typical / grain * grain;
  return 100 * (typical - below) <= 3 * typical ? below : rounded_up(typical);
}

PolicySet suggest(const PolicySet& policy, const Findings& findings, const PeriodScale& scale,
                  double target) {
  return Suggesting(policy, findings, scale, target).take();
}

}  // namespace vitals
