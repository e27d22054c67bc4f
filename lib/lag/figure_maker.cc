// SPDX-License-Identifier: Apache-2.0
#include "lag/figure_maker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_format.h"
#include "lag/figure_verdict.h"
#include "lag/seeds.h"
#include "text/bridge.h"
#include "vitals/policy_sums.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

using model::Delays;

std::string shown(Seconds length) { return format_duration(length); }
std::string range_of(const Distribution& lengths) {
  return cat(shown(lengths.shortest()), " to ", shown(lengths.longest()));
}
std::string share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "0 %";
  return absl::StrFormat("%.0f %%", 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

const Distribution& by(const CheckLag& lags, Formula formula) {
  return lags.proven_by[static_cast<std::size_t>(formula)];
}

}  // namespace

FigureMaker::FigureMaker(AlikeChecks checks, std::uint32_t hosts, const Runs& runs)
    : checks_(std::move(checks)),
      hosts_(hosts),
      runs_(runs),
      push_(checks_.push_period()),
      time_to_live_(checks_.time_to_live()),
      receipt_lag_(receipt_lag(checks_.check, checks_.constants())),
      status_lag_(status_lag(checks_.check, checks_.constants())),
      hung_after_(hung_after(checks_.check, checks_.constants())) {
  runs_.on_progress = nullptr;  // told figure by figure
}

Seconds FigureMaker::latest_change() const {
  return sum(checks_.check.period, checks_.propagation()) - Seconds{1};
}

Figure FigureMaker::figure(std::string what, FigureSays says, Seconds stated) const {
  return {.what = std::move(what),
          .checks = checks_.names,
          .says = says,
          .stated = stated,
          .of = std::uint64_t{hosts_} * runs_.seeds * checks_.names.size()};
}

Figure FigureMaker::judged(Figure figure, std::string note, double expected) const {
  // What comes seldom may not come at all.
  const bool is_bad_luck = figure.measured.empty() && expected < 20;
  const std::string why = is_bad_luck ? "" : disagreement(figure);
  figure.agrees = why.empty();
  figure.note = figure.agrees ? std::move(note) : cat(why, contradiction(checks_), ".");
  return figure;
}

// ---- runs ----

absl::Status FigureMaker::check_size(const Scene& scene) const {
  const double count = measurements_of(scene, runs_.seeds);
  if (count <= most_measurements) return absl::OkStatus();
  return invalid(absl::StrFormat(
      "checks: %s would take %.0f million measurements and pushes, expected at most %.0f million: "
      "fewer hosts or seeds, or periods that differ less",
      checks_.names.front(), count / 1e6, most_measurements / 1e6));
}

absl::StatusOr<CheckLag> FigureMaker::lags(const absl::StatusOr<Scene>& scene) const {
  if (!scene.ok()) return scene.status();
  if (absl::Status size = check_size(*scene); !size.ok()) return size;
  absl::StatusOr<LagReport> report = measure_lag(scene->scenario, checks_.policy, runs_);
  if (!report.ok()) return report.status();
  CheckLag all;
  for (const CheckLag& each : report->checks) {
    for (std::size_t i = 0; i < all.proven_by.size(); ++i) {
      all.proven_by[i].add(each.proven_by[i]);
    }
  }
  return all;
}

absl::StatusOr<Distribution> FigureMaker::distribution(
    const absl::StatusOr<Scene>& scene,
    absl::FunctionRef<absl::StatusOr<Distribution>(const Scene&, std::uint64_t)> watch) const {
  if (!scene.ok()) return scene.status();
  if (absl::Status size = check_size(*scene); !size.ok()) return size;
  return add_up_seeds<Distribution>(
      runs_, [&](std::uint64_t seed) { return watch(*scene, seed); },
      [](Distribution& sum, const Distribution& part) { sum.add(part); });
}

absl::StatusOr<Distribution> FigureMaker::silences(bool master_moves) const {
  return distribution(
      silence_scene(checks_, hosts_, master_moves),
      [&](const Scene& scene, std::uint64_t seed) { return watch_silence(scene, checks_, seed); });
}

absl::StatusOr<Distribution> FigureMaker::beliefs(bool master_moves, Seconds early) const {
  return distribution(
      hazard_scene(checks_, hosts_, master_moves, early),
      [&](const Scene& scene, std::uint64_t seed) { return watch_belief(scene, checks_, seed); });
}

absl::StatusOr<Measurements> FigureMaker::measurements(const absl::StatusOr<Scene>& scene) const {
  if (!scene.ok()) return scene.status();
  if (absl::Status size = check_size(*scene); !size.ok()) return size;
  return add_up_seeds<Measurements>(
      runs_, [&](std::uint64_t seed) { return watch_measurements(*scene, checks_, seed); },
      [](Measurements& sum, const Measurements& part) {
        sum.replaced.add(part.replaced);
        sum.hung_at.add(part.hung_at);
        sum.stale.add(part.stale);
      });
}

// ---- active and passive checks ----

// One that came in the very second of the lag proves nothing; the next comes a push period later.
absl::StatusOr<Figure> FigureMaker::receipt() const {
  const absl::StatusOr<CheckLag> lags = this->lags(
      reboot_scene(checks_, hosts_, Delays::constant, sum(receipt_lag_, times(2, push_))));
  if (!lags.ok()) return lags.status();
  Figure is = figure("a receipt proves an unchanged state", FigureSays::later_than, receipt_lag_);
  is.earliest = sum(receipt_lag_, Seconds{1});
  is.latest = sum(receipt_lag_, push_);
  is.measured = by(*lags, Formula::receipt);
  return judged(std::move(is),
                cat("From then on a receipt proves. An unchanged state is received once in ",
                    shown(push_), ", so the receipt that does comes up to so much later."));
}

// The first run finds the cure within a period, and its result is on its way for the propagation.
absl::StatusOr<Figure> FigureMaker::lucky_change() const {
  const absl::StatusOr<CheckLag> lags =
      this->lags(cure_scene(checks_, hosts_, sum(receipt_lag_, times(2, push_))));
  if (!lags.ok()) return lags.status();
  Figure is = figure("a lucky change proves itself", FigureSays::later_than, status_lag_);
  is.earliest = std::max(sum(status_lag_, Seconds{1}), checks_.propagation());
  is.latest = latest_change();
  is.measured = by(*lags, Formula::status);
  const Distribution& others = by(*lags, Formula::receipt);
  return judged(
      is, cat("Lucky are the ", share(is.measured.size(), is.of), " that Juggler stamped later ",
              "than that. The first run of the others came too early for it: they are proven by ",
              "receipt, after ", range_of(others), "."));
}

absl::StatusOr<Figure> FigureMaker::nodata(bool master_moves) const {
  const absl::StatusOr<Distribution> silences = this->silences(master_moves);
  if (!silences.ok()) return silences.status();
  Figure is = master_moves ? figure("NODATA arrives, and Juggler's master moves", FigureSays::up_to,
                                    sum(time_to_live_, push_))
                           : figure("NODATA arrives", FigureSays::exactly, time_to_live_);
  is.earliest = time_to_live_;
  is.latest = is.stated;
  is.measured = *silences;
  return judged(std::move(is),
                master_moves
                    ? "The election loses the push of the change; the next regular one has it."
                    : cat("Since Juggler received the last result, which may still be on its way, "
                          "for juggler.propagation (",
                          shown(checks_.propagation()), "), when what measures dies."));
}

// The last result that Juggler received came within a period before the end of the repair.
absl::StatusOr<Figure> FigureMaker::belief(bool master_moves) const {
  const Seconds latest = master_moves ? sum(time_to_live_, push_) : time_to_live_;
  // Once NODATA is due Juggler has nothing else to push, whether it came or not.
  const Seconds room = time_to_live_ - receipt_lag_;
  const bool can_be = room > Seconds{1};
  const std::string what = cat("an old state is believed",
                               kind() == Kind::active ? ", all pongers died" : ", the agents died",
                               master_moves ? ", the master moves" : "");
  const absl::StatusOr<Distribution> beliefs = this->beliefs(master_moves, checks_.propagation());
  if (!beliefs.ok()) return beliefs.status();
  Figure is = figure(what, can_be ? FigureSays::up_to : FigureSays::never, latest);
  is.earliest = std::max(time_to_live_ - checks_.check.period, sum(receipt_lag_, Seconds{2}));
  is.latest = latest;
  is.measured = *beliefs;
  if (!can_be) {
    return judged(std::move(is), cat("Juggler pushes no old state any more after ",
                                     shown(time_to_live_), ", and no receipt proves before ",
                                     shown(sum(receipt_lag_, Seconds{1})), "."));
  }
  const absl::StatusOr<Distribution> on_their_way = this->beliefs(master_moves, Seconds{0});
  if (!on_their_way.ok()) return on_their_way.status();
  return judged(
      is,
      cat("Believed from ", shown(sum(receipt_lag_, Seconds{1})), " on, if a push falls in ",
          "between: of ", share(is.measured.size(), is.of), " of the hosts. If results are ",
          "still on their way when the repair ends, up to ", shown(on_their_way->longest()), "."),
      chance_of_push(room) * static_cast<double>(is.of));
}

// How probably a push falls between the receipt lag and NODATA, which comes `room` later or up to a
// period less.
double FigureMaker::chance_of_push(Seconds room) const {
  const auto longest = static_cast<double>(room.count());
  const auto period = static_cast<double>(checks_.check.period.count());
  const double average = longest < period ? longest * longest / (2 * period) : longest - period / 2;
  return average / static_cast<double>(push_.count());
}

// ---- hw-watcher ----

absl::StatusOr<Figure> FigureMaker::average_lag() const {
  const Policy& policy = checks_.constants();
  const Seconds rest = sum(hung_after_, checks_.check.accuracy, times(2, push_));
  const auto lags = this->lags(reboot_scene(checks_, hosts_, Delays::constant, rest));
  if (!lags.ok()) return lags.status();
  const auto drawn = this->lags(reboot_scene(checks_, hosts_, Delays::drawn, rest));
  if (!drawn.ok()) return drawn.status();
  const Seconds half = sum(policy.hw_watcher.period, checks_.check.period, push_) / 2;
  Figure is = figure("hw-watcher lags behind", FigureSays::on_average,
                     sum(checks_.check.accuracy, policy.hw_watcher.latency, half));
  is.earliest = sum(checks_.check.accuracy, policy.hw_watcher.latency, Seconds{1});
  is.latest = sum(checks_.check.accuracy, hung_after_);
  is.measured = by(*lags, Formula::metadata);
  return judged(is, cat("Measured: ", shown(rounded(is.measured.mean())),
                        ", where writing and propagation always take all of hw_watcher.latency (",
                        shown(policy.hw_watcher.latency), "). Drawn evenly below that: ",
                        shown(rounded(by(*drawn, Formula::metadata).mean())), "."));
}

absl::StatusOr<Figure> FigureMaker::hang() const {
  const auto measurements = this->measurements(hang_scene(checks_, hosts_));
  if (!measurements.ok()) return measurements.status();
  Figure is = figure("a hung hw-watcher is noticed", FigureSays::exactly, hung_after_);
  is.earliest = is.latest = hung_after_;
  is.measured = measurements->hung_at;
  return judged(std::move(is), "After its last measurement, which goes on being received.");
}

// Each measurement is replaced in time, so that nobody is stale who is well.
absl::StatusOr<Figure> FigureMaker::next_measurement() const {
  const Policy& policy = checks_.constants();
  const Seconds rest = times(6, policy.hw_watcher.period);
  absl::StatusOr<Scene> scene = quiet_scene(checks_, hosts_, Delays::constant, rest);
  const absl::StatusOr<Measurements> well = measurements(scene);
  if (!well.ok()) return well.status();
  const Seconds late = checks_.propagation();
  scene->scenario.agent.jitter = model::Delay::uniform(model::Millis{0}, late);
  const absl::StatusOr<Measurements> with_late = measurements(scene);
  if (!with_late.ok()) return with_late.status();
  Figure is =
      figure("the next measurement of a healthy hw-watcher", FigureSays::up_to, hung_after_);
  is.earliest = sum(policy.hw_watcher.period, policy.hw_watcher.latency);
  is.latest = hung_after_;
  is.measured = well->replaced;
  is.of = is.measured.size();
  // What is stale to the end is replaced later than at its deadline, if ever.
  for (const auto& [age, times] : well->hung_at.counts()) is.measured.add(age + Seconds{1}, times);
  return judged(
      std::move(is),
      cat("So no healthy host is stale. Writing and propagation take all of "
          "hw_watcher.latency here: with agents up to ",
          shown(late), " late as well, ", with_late->stale.size(), " of ",
          with_late->replaced.size(), " measurements were stale before the next came, for up to ",
          shown(with_late->stale.longest()), "."));
}

}  // namespace vitals
