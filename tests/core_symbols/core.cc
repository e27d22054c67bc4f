// SPDX-License-Identifier: Apache-2.0
// Calls every function of the header-only core, so that its object file shows what the core needs
// from outside: check.cmake looks at the undefined symbols. All functions here take what they need
// as arguments, or the compiler would answer at compile time and there would be nothing to see.
#include "vitals/vitals.h"

namespace core_symbols {

using namespace vitals;

bool times_and_windows(Timestamp moment, Seconds length, std::int64_t count, const Window& window) {
  const Timestamp later = add(moment, sum(length, length, times(count, length)));
  const Window after = intersection(window, Window::starting(later));
  const Window between = intersection(after, Window::before(subtract(later, length)));
  return between.empty() || between.contains(moment) || between == Window::always() ||
         between == Window::always_if(is_accepted(moment));
}

std::size_t words(std::string_view word, Status status, Kind kind, Reason reason, HostState state) {
  const bool known = parse_status(word) || parse_kind(word) || parse_reason(word);
  return known ? name(status).size() + name(kind).size() : name(reason).size() + name(state).size();
}

Observation receive_as(const Report& report, const CheckPolicy& check) {
  return receive(report, check.kind, check.accuracy);
}

Timestamp deadlines(const Observation& seen, const CheckPolicy& check, const Policy& policy) {
  return std::min(stale_at(seen, check, policy), expires_at(seen, policy));
}

bool proofs(const Observation& seen, const CheckPolicy& check, const Policy& policy,
            Seconds detection) {
  return effective_by(seen, check, policy)->formula == Formula::receipt &&
         effective_lazily(seen, check, policy, detection) > by_status(seen, check, policy);
}

std::optional<Timestamp> appearance(const HostFacts& host, std::int64_t new_hosts,
                                    const Policy& policy) {
  const std::optional<Timestamp> base = appearance_base(host);
  if (!base || !new_hosts_window(*base, policy).contains(*base)) return base;
  return appear_by(*base, new_hosts, policy);
}

int reasons_of(Reasons some, Reasons others) {
  int known = 0;
  (some | others).for_each([&](Reason reason) { known += some.has(reason); });
  return known + some.size() + some.has_any(others) + (some == others);
}

Reasons gate(const Dependency& on, const ActiveEvidence& check, const Policy& policy,
             Timestamp now) {
  Reasons closed;
  for_each_infrastructure_window(
      on, check, sums_of({}, policy),
      [&](Reason reason, const Window& window) { closed.set(reason, !window.contains(now)); });
  return closed | infrastructure_reasons(on, check, policy, now);
}

std::optional<Verdict> verdict(const Question& about, const Policy& policy, Timestamp now) {
  return judge(about, policy, now);
}

std::optional<Status> status(const Question& about, const Policy& policy, Timestamp now) {
  return visible_status(about, policy, now);
}

std::optional<Timestamp> promise(const HostFacts& host, const CheckPolicy& check,
                                 const Policy& policy) {
  return proven_by_receipt_after(host, check, policy);
}

HostState health(std::span<const JudgedCheck> checks) {
  HealthTally tally;
  for (const JudgedCheck& check : checks) tally.add(check);
  return tally.state();
}

bool is_told_to_the_owner(const JudgedCheck& check) { return is_silent(check); }

std::string_view default_name(std::size_t i, Kind kind) {
  return default_checks[i].policy.period == default_period(kind) ? default_checks[i].name : "";
}

}  // namespace core_symbols
