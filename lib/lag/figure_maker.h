// SPDX-License-Identifier: Apache-2.0
// Makes the figures of one group of alike checks: runs the scenario of each, and judges what comes
// out.
#ifndef VITALS_LIB_LAG_FIGURE_MAKER_H
#define VITALS_LIB_LAG_FIGURE_MAKER_H

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "lag/figure_scenes.h"
#include "lag/figure_watchers.h"
#include "vitals/lag.h"
#include "vitals/lag_figures.h"

namespace vitals {

class FigureMaker {
 public:
  FigureMaker(AlikeChecks checks, std::uint32_t hosts, const Runs& runs);

  [[nodiscard]] Kind kind() const { return checks_.check.kind; }
  // Whether a change can be stamped late enough to be proven by it.
  [[nodiscard]] bool has_luck() const { return latest_change() > status_lag_; }

  // Active and passive checks.
  [[nodiscard]] absl::StatusOr<Figure> receipt() const;
  [[nodiscard]] absl::StatusOr<Figure> lucky_change() const;
  [[nodiscard]] absl::StatusOr<Figure> nodata(bool master_moves) const;
  [[nodiscard]] absl::StatusOr<Figure> belief(bool master_moves) const;

  // Those of hw-watcher.
  [[nodiscard]] absl::StatusOr<Figure> average_lag() const;
  [[nodiscard]] absl::StatusOr<Figure> hang() const;
  [[nodiscard]] absl::StatusOr<Figure> next_measurement() const;

 private:
  [[nodiscard]] Figure figure(std::string what, FigureSays says, Seconds stated) const;
  // The figure with the verdict on it; the note stays if it agrees. So many lengths are expected.
  [[nodiscard]] Figure judged(Figure figure, std::string note, double expected = 1e9) const;
  [[nodiscard]] double chance_of_push(Seconds room) const;

  // What all runs of a scene gave together.
  [[nodiscard]] absl::StatusOr<CheckLag> lags(const absl::StatusOr<Scene>& scene) const;
  [[nodiscard]] absl::StatusOr<Distribution> distribution(
      const absl::StatusOr<Scene>& scene,
      absl::FunctionRef<absl::StatusOr<Distribution>(const Scene&, std::uint64_t)> watch) const;
  [[nodiscard]] absl::StatusOr<Distribution> silences(bool master_moves) const;
  [[nodiscard]] absl::StatusOr<Distribution> beliefs(bool master_moves, Seconds early) const;
  [[nodiscard]] absl::StatusOr<Measurements> measurements(const absl::StatusOr<Scene>& scene) const;
  [[nodiscard]] absl::Status check_size(const Scene& scene) const;

  // The last second after a cure in which Juggler may stamp the change.
  [[nodiscard]] Seconds latest_change() const;

  AlikeChecks checks_;
  std::uint32_t hosts_;
  Runs runs_;
  Seconds push_;
  Seconds time_to_live_;
  Seconds receipt_lag_;
  Seconds status_lag_;
  Seconds hung_after_;
};

}  // namespace vitals

#endif  // VITALS_LIB_LAG_FIGURE_MAKER_H
