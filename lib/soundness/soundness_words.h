// SPDX-License-Identifier: Apache-2.0
// How what was found about soundness is told to people.
#ifndef VITALS_LIB_SOUNDNESS_SOUNDNESS_WORDS_H
#define VITALS_LIB_SOUNDNESS_SOUNDNESS_WORDS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vitals/soundness.h"

namespace vitals {

// A number with two digits behind the point below 1, one below 100, none from there on.
[[nodiscard]] std::string tell_number(double number);

// Cases in so many; 0 of none.
[[nodiscard]] double part_of(std::uint64_t seen, std::uint64_t of, double so_many);

// Its name with blanks.
[[nodiscard]] std::string tell(Assumption assumption);
[[nodiscard]] std::string tell(Belief belief);
[[nodiscard]] std::string tell(Mishap mishap);

// What its value says, and when it is simulated: `every push takes so long`.
[[nodiscard]] std::string_view tell_circumstance(Assumption assumption);

[[nodiscard]] std::string_view failing(Kind kind);

// Up to where it holds: `1m stated, holds up to 5m`, `15m stated, BROKEN: holds up to 6m56s`.
[[nodiscard]] std::string tell_bound(const BrokenAssumption& broken);

// Whether what made an observation look proven rests on the assumption.
[[nodiscard]] bool depends_on(Belief belief, Assumption assumption);

// The mean of what was waited, in whole seconds; none where nobody was accused.
[[nodiscard]] std::optional<Seconds> mean_wait(const Accusations& found, Settling settling,
                                               LeftOut left_out);

}  // namespace vitals

#endif  // VITALS_LIB_SOUNDNESS_SOUNDNESS_WORDS_H
