// SPDX-License-Identifier: Apache-2.0
// How comparisons tell lengths, shares and stretches to people.
#ifndef VITALS_LIB_COMPARE_COMPARE_WORDS_H
#define VITALS_LIB_COMPARE_COMPARE_WORDS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vitals/compare.h"
#include "vitals/policy_result.h"
#include "vitals/time.h"

namespace vitals {

// `2m30s`, or `-` where there is none.
[[nodiscard]] std::string tell(std::optional<Seconds> length);

// `12.5 %`, with two or three digits that mean something.
[[nodiscard]] std::string tell_percent(double share);

// The share of one length in another; 0 of nothing.
[[nodiscard]] double share_of(Seconds part, Seconds whole);
[[nodiscard]] double share_of(std::uint64_t part, std::uint64_t whole);

// `3 of 24`.
[[nodiscard]] std::string tell_part(std::uint64_t part, std::uint64_t whole);

// `3 of 24 (12.5 %), at most 29.2 %`; `-` of none.
[[nodiscard]] std::string tell_bounded(std::uint64_t hits, std::uint64_t of);

// `1 host`, `2 hosts`.
[[nodiscard]] std::string tell_count(std::uint64_t count, std::string_view one,
                                     std::string_view many);

// `2026-03-02T13:50:00Z to 2026-03-02T15:50:00Z (2h): 12 hosts, 24 repairs.`
[[nodiscard]] std::string tell(const ComparedTime& time);

}  // namespace vitals

#endif  // VITALS_LIB_COMPARE_COMPARE_WORDS_H
