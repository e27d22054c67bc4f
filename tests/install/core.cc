// SPDX-License-Identifier: Apache-2.0
// A user of the header-only core: the verdict on one check, decided by the compiler.
#include <chrono>
#include <optional>

#include "vitals/vitals.h"

using namespace std::chrono_literals;

constexpr vitals::CheckPolicy meta{.kind = vitals::Kind::passive, .period = 5min};
constexpr vitals::HostFacts host{.manipulation_ended = vitals::Timestamp{1'700'000'000s}};
constexpr vitals::Timestamp received{1'700'001'000s};
constexpr vitals::Observation seen{.status = vitals::Status::ok, .receive_time = received};

constexpr std::optional<vitals::Verdict> verdict =
    vitals::judge({.check = meta, .host = host, .observation = &seen}, vitals::Policy{}, received);
static_assert(verdict && !verdict->counts());

int main() { return verdict->excluded_by.has(vitals::Reason::precedes_manipulation) ? 0 : 1; }
