// SPDX-License-Identifier: Apache-2.0
#include "vitals/calibrate.h"

#include <array>
#include <utility>

#include "calibrate/findings.h"
#include "calibrate/observer.h"
#include "calibrate/rows.h"
#include "calibrate/suggest.h"
#include "replay/playback.h"
#include "text/bridge.h"
#include "vitals/fleet.h"

namespace vitals {
namespace {

// Applies what was true up to the end of a second.
class Truths {
 public:
  explicit Truths(TruthReader* reader) : reader_(reader) { advance(); }

  void apply_until(Timestamp second, Observer& observer) {
    while (next_ != nullptr && next_->time < second + Seconds{1}) {
      observer.apply(*next_);
      advance();
    }
  }

  [[nodiscard]] absl::Status status() const {
    return reader_ == nullptr ? absl::OkStatus() : reader_->status();
  }

 private:
  void advance() { next_ = reader_ == nullptr ? nullptr : reader_->next(); }

  TruthReader* reader_;
  const TruthChange* next_ = nullptr;
};

}  // namespace

std::string_view name(Fit fit) noexcept {
  constexpr std::array<std::string_view, 5> names{"not measured", "too tight", "too few", "fits",
                                                  "generous"};
  return names[static_cast<std::size_t>(fit)];
}

absl::StatusOr<Calibration> calibrate(RecordingReader& recording, const PolicySet& policy,
                                      const CalibrateOptions& options) {
  const bool is_share = !options.target || (*options.target > 0 && *options.target <= 0.5);
  if (!is_share) return invalid("the target must be a share above 0 and at most 0.5, such as 1e-4");
  Observer observer(policy);
  Truths truths(options.truth);
  Fleet fleet(policy, {.reuse_ids = true});  // refuses what cannot be, and knows retired names
  const auto apply = [&](const Event& event) {
    const std::uint64_t retired = fleet.counters().retired;
    absl::Status status = fleet.apply(event);
    truths.apply_until(event.time, observer);
    if (status.ok() && fleet.counters().retired == retired) observer.apply(event);
    return status;
  };
  const absl::Status read =
      play(recording, {.lenient = options.lenient, .on_event = options.on_event}, apply,
           [](Timestamp) {});
  if (!read.ok()) return read;
  if (!truths.status().ok()) return truths.status();

  const Observed observed = std::move(observer).take();
  const Findings findings(policy, observed);
  Calibration result{.first = observed.first,
                     .last = observed.last,
                     .reports = observed.reports,
                     .checks = observed.series,
                     .unnamed = observed.unnamed,
                     .scale = findings.scale(policy.constants),
                     .silence = observed.longest_silence,
                     .has_silences = observed.longest_silence > findings.silence_limit(),
                     .untold = observed.untold,
                     .untrue = observed.untrue};
  result.measured = measured_rows(policy, findings, options.target, options.truth != nullptr);
  if (options.target) result.suggested = suggest(policy, findings, result.scale, *options.target);
  return result;
}

}  // namespace vitals
