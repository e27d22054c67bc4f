// SPDX-License-Identifier: Apache-2.0
// Random facts about one check, for properties. rapidcheck prints the seed of each run to standard
// error and takes it, and the number of cases, from the environment:
//     RC_PARAMS="seed=42 max_success=10000" vitals_tests
#ifndef VITALS_TESTS_GENERATORS_H
#define VITALS_TESTS_GENERATORS_H

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <ostream>
#include <vector>

#include "test_time.h"
#include "vitals/verdict.h"

namespace vitals {

/// One infrastructure check on which the check depends; no observation: never observed.
struct InfrastructureFacts {
  Kind kind = Kind::netmon;
  std::optional<Observation> observation;
};

/// Everything that the verdict on one check depends on, owned.
struct Facts {
  Policy policy;
  CheckPolicy check;
  HostFacts host;
  std::optional<Observation> observation;
  std::optional<Timestamp> appear_by;
  std::vector<InfrastructureFacts> infrastructure;
};

/// The question about facts, which must outlive it.
class Asked {
 public:
  explicit Asked(const Facts& facts)
      : dependencies_(dependencies_of(facts)),
        question_{.check = facts.check,
                  .host = facts.host,
                  .observation = pointer(facts.observation),
                  .appear_by = facts.appear_by,
                  .dependencies = dependencies_} {}
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  [[nodiscard]] const Question& question() const { return question_; }

 private:
  static const Observation* pointer(const std::optional<Observation>& seen) {
    return seen ? &*seen : nullptr;
  }
  static std::vector<Dependency> dependencies_of(const Facts& facts) {
    std::vector<Dependency> made;
    for (const InfrastructureFacts& on : facts.infrastructure) {
      made.push_back({.kind = on.kind, .observation = pointer(on.observation)});
    }
    return made;
  }

  std::vector<Dependency> dependencies_;
  Question question_;
};

namespace generate {

/// Where facts are drawn from.
enum class Scale {
  seconds,   ///< so close together that a loop over all seconds meets every threshold
  accepted,  ///< the ends of what input may state, and common values between
  all        ///< the same lengths, but moments up to the ends of Timestamp
};

/// With Scale::seconds all moments of the facts lie in [first_moment, last_moment], and so does
/// every threshold that follows from them in [first_second + 1, last_second - 1].
inline constexpr Timestamp first_moment = t(1000);
inline constexpr Timestamp last_moment = t(1040);
inline constexpr Timestamp first_second = t(998);
inline constexpr Timestamp last_second = t(1080);

/// True in so many cases of a hundred.
inline bool happens(std::size_t percent) {
  return *rc::gen::weightedElement<bool>({{percent, true}, {100 - percent, false}});
}

inline Seconds length(Scale scale, Seconds least) {
  if (scale == Scale::seconds) return Seconds{*rc::gen::inRange(least.count(), std::int64_t{7})};
  return *rc::gen::element(least, Seconds{1}, Seconds{300}, Seconds{86'400}, Seconds{366 * 86'400});
}

inline Timestamp moment(Scale scale) {
  if (scale == Scale::seconds) {
    const std::int64_t moments = (last_moment - first_moment).count() + 1;
    return first_moment + Seconds{*rc::gen::inRange(std::int64_t{0}, moments)};
  }
  const bool at_an_end = scale == Scale::all && happens(50);
  if (at_an_end) {
    return *rc::gen::element(distant_past, distant_past + Seconds{1}, t(-1),
                             distant_future - Seconds{1}, distant_future);
  }
  return *rc::gen::element(earliest_accepted, t(1), t(1'700'000'000), t(1'700'000'001),
                           t(1'700'000'300), latest_accepted - Seconds{366 * 86'400},
                           latest_accepted - Seconds{1}, latest_accepted);
}

inline std::optional<Timestamp> perhaps_moment(Scale scale, std::size_t percent) {
  if (!happens(percent)) return std::nullopt;
  return moment(scale);
}

inline Policy policy(Scale scale) {
  Policy made;
  const Seconds none{0};
  const Seconds one{1};
  made.juggler.push_period = length(scale, one);
  made.juggler.propagation = length(scale, none);
  made.juggler.overhead = length(scale, none);
  made.hw_watcher = {.period = length(scale, none), .latency = length(scale, none)};
  made.netmon = {.fetch_period = length(scale, none), .window = length(scale, none)};
  made.pongerd.flap_delay = length(scale, none);
  made.rename.detection = length(scale, none);
  made.retention.push_periods = *rc::gen::inRange<std::int64_t>(0, 6);
  made.infrastructure.settling = *rc::gen::element(Settling::clock, Settling::receipt);
  return made;
}

inline CheckPolicy check(Scale scale) {
  CheckPolicy made;
  made.kind = *rc::gen::weightedElement<Kind>({{5, Kind::active},
                                               {2, Kind::passive},
                                               {3, Kind::hw_watcher},
                                               {1, Kind::netmon},
                                               {1, Kind::rack}});
  made.period = is_infrastructure(made.kind) ? Seconds{0} : length(scale, Seconds{1});
  made.accuracy = length(scale, Seconds{0});
  made.required = !is_infrastructure(made.kind) && happens(50);
  return made;
}

inline Report report(Scale scale) {
  Report made;
  made.status = *rc::gen::weightedElement<Status>({{6, Status::ok},
                                                   {1, Status::warn},
                                                   {2, Status::crit},
                                                   {2, Status::nodata},
                                                   {1, Status::info}});
  made.status_mtime = moment(scale);
  made.receive_time = moment(scale);
  // Most times of a source are plausible, or hardly anything would ever count.
  if (happens(80)) made.status_mtime = std::min(made.status_mtime, made.receive_time);
  made.metadata_timestamp = perhaps_moment(scale, 75);
  if (made.metadata_timestamp && happens(80)) {
    made.metadata_timestamp = std::min(*made.metadata_timestamp, made.receive_time);
  }
  return made;
}

inline HostFacts host(Scale scale) {
  HostFacts made;
  made.assigned = perhaps_moment(scale, 50);
  made.renamed = perhaps_moment(scale, 30);
  made.manipulation_began = perhaps_moment(scale, 50);
  made.manipulation_ended = perhaps_moment(scale, 50);
  made.under_manipulation = happens(10);
  return made;
}

/// Facts about which judge() has something to say.
inline rc::Gen<Facts> facts(Scale scale) {
  return rc::gen::exec([scale] {
    Facts made;
    made.policy = policy(scale);
    made.check = check(scale);
    made.host = host(scale);
    made.appear_by = perhaps_moment(scale, 50);
    const bool silent = !is_infrastructure(made.check.kind) && happens(5);
    if (silent) {
      made.check.required = true;
      made.appear_by = moment(scale);
    } else {
      made.observation = receive(report(scale), made.check.kind, made.check.accuracy);
    }
    const int dependencies = *rc::gen::weightedElement<int>({{2, 0}, {3, 1}, {4, 2}, {1, 3}});
    for (int i = 0; i < dependencies; ++i) {
      InfrastructureFacts on{.kind = *rc::gen::element(Kind::netmon, Kind::rack),
                             .observation = std::nullopt};
      if (happens(90)) on.observation = receive(report(scale), on.kind, length(scale, Seconds{0}));
      made.infrastructure.push_back(on);
    }
    return made;
  });
}

}  // namespace generate

inline void showValue(const Observation& seen, std::ostream& out) {
  out << name(seen.status) << " since " << text(seen.status_mtime) << " received "
      << text(seen.receive_time) << " measured " << text(seen.metadata_timestamp)
      << (seen.implausible ? " implausible" : "");
}

inline void showValue(const Policy& policy, std::ostream& out) {
  const auto show = [&](const char* word, Seconds length) {
    out << ' ' << word << ' ' << length.count();
  };
  out << "\n  policy:";
  show("push", policy.juggler.push_period);
  show("propagation", policy.juggler.propagation);
  show("overhead", policy.juggler.overhead);
  show("hw_watcher period", policy.hw_watcher.period);
  show("latency", policy.hw_watcher.latency);
  show("fetch", policy.netmon.fetch_period);
  show("window", policy.netmon.window);
  show("flap_delay", policy.pongerd.flap_delay);
  show("detection", policy.rename.detection);
  out << " retention " << policy.retention.push_periods << " settling "
      << settling_names[static_cast<std::size_t>(policy.infrastructure.settling)];
}

inline void showValue(const Facts& facts, std::ostream& out) {
  showValue(facts.policy, out);
  out << "\n  check: " << name(facts.check.kind) << " period " << facts.check.period.count()
      << " accuracy " << facts.check.accuracy.count() << (facts.check.required ? " required" : "")
      << "\n  host: renamed " << text(facts.host.renamed) << " manipulation ended "
      << text(facts.host.manipulation_ended)
      << (facts.host.under_manipulation ? " under manipulation" : "") << " appear_by "
      << text(facts.appear_by) << "\n  observed: ";
  if (facts.observation) showValue(*facts.observation, out);
  for (const InfrastructureFacts& on : facts.infrastructure) {
    out << "\n  behind a " << name(on.kind) << ": ";
    if (on.observation) showValue(*on.observation, out);
  }
  out << '\n';
}

}  // namespace vitals

#endif  // VITALS_TESTS_GENERATORS_H
