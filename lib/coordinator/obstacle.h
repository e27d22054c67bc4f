// SPDX-License-Identifier: Apache-2.0
// What is in the way of a request: others who have the host, or of whom nobody knows.
#ifndef VITALS_LIB_COORDINATOR_OBSTACLE_H
#define VITALS_LIB_COORDINATOR_OBSTACLE_H

#include <optional>
#include <string_view>

#include "coordinator/book.h"
#include "vitals/coordinator/request.h"

namespace vitals::coordinator {

struct Obstacle {
  Why why = Why::inv_held;
  Holder holder{};
};

// Whether a host bears the name, or may: by a permission that counts, or in the latest listing.
[[nodiscard]] bool bears_by_word(Key key, std::string_view name, const Book& book);
[[nodiscard]] bool bears_by_listing(Key key, std::string_view name, const Book& book);

// Another installation that surely has the number.
[[nodiscard]] std::optional<Obstacle> sure_holder_of_inv(const Member& asking, Inv inv,
                                                         const Book& book, Timestamp now);

// Another installation that surely has a host of the name; nobody has the empty one.
[[nodiscard]] std::optional<Obstacle> sure_holder_of_name(const Member& asking,
                                                          std::string_view name, const Book& book,
                                                          Timestamp now);

// Another installation whose listing is stale, or is not there yet, so that it might have the
// number (0: no number is asked for) or the name. One that others are to wait for comes first, and
// among those one whose last listing showed what is asked for. `why` is stale or unobserved, or
// stale_allowed where nobody must wait.
[[nodiscard]] std::optional<Obstacle> unknown_holder(const Member& asking, Inv inv,
                                                     std::string_view name, const Book& book,
                                                     Timestamp now);

}  // namespace vitals::coordinator

#endif  // VITALS_LIB_COORDINATOR_OBSTACLE_H
