// SPDX-License-Identifier: Apache-2.0
/// @file
/// The figures that follow from a policy, held against simulations: the acceptance of the numbers.
///
/// With the default policy they are those that people are told: 12, 14 and 20 minutes until a
/// receipt proves an unchanged state, 5 for a lucky change, 13 for hw-watcher on average, 10 to 20
/// until NODATA, 22 until a hung hw-watcher is noticed, and how long an old state is believed when
/// whatever measures it died during a repair. Every figure has a scenario of its own, in which
/// delays are as long as the policy says and everything else takes no time: then both ends of what
/// can come out are known to the second, and the runs must keep to them and come near them.
///
///     for (const Figure& figure : *measure_figures(policy, 200, {.seeds = 5})) ...
///
/// Hosts in these scenarios have no switch and no rack: the figures are of checks alone.

#ifndef VITALS_LAG_FIGURES_H
#define VITALS_LAG_FIGURES_H

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "vitals/distribution.h"
#include "vitals/lag.h"
#include "vitals/policy_yaml.h"
#include "vitals/time.h"

namespace vitals {

/// What a figure says of the lengths that come out.
enum class FigureSays : std::uint8_t {
  later_than,  ///< all are longer
  on_average,  ///< their mean is it
  exactly,     ///< each is it
  up_to,       ///< none is longer
  never        ///< there are none
};

/// One figure.
struct Figure {
  std::string what{};                 ///< `NODATA arrives, the master moves as well`
  std::vector<std::string> checks{};  ///< of one kind, period and accuracy; in order of name
  FigureSays says = FigureSays::exactly;
  Seconds stated{0};  ///< the number that follows from the policy

  /// What the policy leaves room for. Each length must lie within; of 500 and more, some must come
  /// within a tenth of the room of the end that is stated, and the mean of on_average within four
  /// standard errors and a second.
  Seconds earliest{0};
  Seconds latest{0};

  Distribution measured{};
  std::uint64_t of = 0;  ///< so many checks were asked; those without a length did not show it

  bool agrees = false;
  std::string note{};  ///< where the number is easily misread, with what the runs say; or why it
                       ///< disagrees. May be empty
};

/// Measures the figures of a policy on so many hosts, once a seed.
///
/// Boundary: a figure that a policy cannot have, because it has no such check or because its
///           numbers leave no room for it, is left out.
/// Errors:   InvalidArgument for a policy that no simulation is made for, see
///           model::scenario_of(), or that would take more than most_measurements;
///           OutOfRange for one whose lengths leave 1970 to 2106.
/// Source:   SPEC 2 (the text's figures).
[[nodiscard]] absl::StatusOr<std::vector<Figure>> measure_figures(const PolicySet& policy,
                                                                  std::uint32_t hosts,
                                                                  const Runs& runs = {});

/// So many measurements and pushes all runs of one figure may make together: minutes of work.
inline constexpr double most_measurements = 1e8;

/// Whether all figures agree.
[[nodiscard]] bool all_agree(const std::vector<Figure>& figures);

/// A table for people: a line a figure, then the notes by number; lines end with line feeds.
[[nodiscard]] std::string to_table(const std::vector<Figure>& figures);

/// The same for programs: a JSON object a figure and line, lengths in seconds, null where nothing
/// was measured.
[[nodiscard]] std::string to_json_lines(const std::vector<Figure>& figures);

}  // namespace vitals

#endif  // VITALS_LAG_FIGURES_H
