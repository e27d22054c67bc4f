// SPDX-License-Identifier: Apache-2.0
// What may be looked up: installations, hosts, the journal, refusals, conflicts and orphans.
#ifndef VITALS_LIB_SERVICE_READS_H
#define VITALS_LIB_SERVICE_READS_H

#include <string_view>
#include <vector>

#include "http/message.h"
#include "service/poll_runner.h"
#include "service/routes.h"
#include "service/setup.h"
#include "vitals/coordinator/coordinator.h"

namespace vitals {

inline constexpr std::size_t usual_page = 100;
inline constexpr std::size_t longest_answer_page = 1000;

// The answer to a request for `hosts`, `journal`, `refusals`, `conflicts` or `orphans`.
[[nodiscard]] HttpResponse read(Endpoint endpoint, std::string_view query, const Setup& setup,
                                coordinator::Coordinator& coordinator);

// All installations with the age of their listings.
[[nodiscard]] HttpResponse read_installations(std::string_view query, const Setup& setup,
                                              coordinator::Coordinator& coordinator,
                                              const std::vector<PollState>& polls, Timestamp now);

// Whether the query looks single hosts up, which is quick.
[[nodiscard]] bool is_look_up(std::string_view query);

}  // namespace vitals

#endif  // VITALS_LIB_SERVICE_READS_H
