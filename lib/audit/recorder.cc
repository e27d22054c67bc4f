// SPDX-License-Identifier: Apache-2.0
#include "vitals/audit/recorder.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "audit/host_events.h"
#include "text/bridge.h"
#include "text/json_text.h"
#include "vitals/audit/expansion.h"
#include "vitals/recording.h"

namespace vitals::audit {
namespace {

// What is told of a host: its switch, its rack, and what it needs, packed.
struct Told {
  std::optional<std::string> on_switch;
  std::optional<std::string> in_rack;
  std::string needs;

  friend bool operator==(const Told&, const Told&) = default;
};

struct State {
  std::string host;
  std::string audit;
  Result result;
  Timestamp status_since{};
  Timestamp until{};  // not repeated from then on
  std::uint64_t number = 0;
};

using Key = std::pair<std::string, std::string>;  // host and audit

struct Repeat {
  Timestamp at{};
  Key key;
  std::uint64_t number;  // of the state; another one has taken its place otherwise
};

// What a policy's own file says of the check: then it depends on classes as the file says.
CheckPolicy check_of(std::string_view name, const PolicySet& base) {
  CheckPolicy check{.kind = Kind::hw_watcher};
  if (!base.origins.contains("checks")) return check;
  const auto stated = base.checks.find(name);
  if (stated == base.checks.end() || is_infrastructure(stated->second.kind)) return check;
  check.kind = stated->second.kind;
  check.accuracy = stated->second.accuracy;
  return check;
}

// What no file said has no place in one.
void forget_origin(PolicySet& policy, const std::string& name) {
  for (const char* field : {"kind", "period", "required"}) {
    policy.origins.erase(cat("checks.", name, ".", field));
  }
}

}  // namespace

PolicySet audit_policy(const Catalogue& catalogue, const PolicySet& base) {
  PolicySet policy = base;
  policy.checks.clear();
  // What is needed and audited nowhere is unknown, not met.
  for (const auto& [name, one] : base.classes) {
    for (const std::string& check : one.checks) {
      if (const auto found = base.checks.find(check); found != base.checks.end()) {
        policy.checks.insert(*found);
      }
    }
  }
  const auto tasks = expand(catalogue);
  if (!tasks.ok()) return policy;
  std::map<std::string_view, std::size_t> hosts_of;
  for (const Task& task : *tasks) {
    const Audit& audit = catalogue.audits[task.audit];
    if (!audit.enabled) continue;
    if (++hosts_of[audit.name] == 1) policy.checks[audit.name] = check_of(audit.name, base);
    CheckPolicy& check = policy.checks[audit.name];
    check.period = std::max(check.period, audit.run_every);
  }
  for (auto& [name, check] : policy.checks) {
    check.required = !tasks->empty() && hosts_of[name] == catalogue.hosts.size();
    const auto stated = base.checks.find(name);
    if (stated == base.checks.end() || check != stated->second) forget_origin(policy, name);
  }
  std::erase_if(policy.ignores,
                [&](const auto& entry) { return !policy.checks.contains(entry.first); });
  return policy;
}

class Recorder::Impl {
 public:
  Impl(Sink sink, Seconds push_period, Seconds longest_silence)
      : sink_(std::move(sink)), push_period_(push_period), longest_silence_(longest_silence) {}

  void tell_hosts(const Catalogue& catalogue, Timestamp now) {
    std::set<std::string, std::less<>> gone;
    for (const auto& [name, told] : hosts_) gone.insert(name);
    visit_hosts(catalogue, now, [&](const Host& host, const Event& event) {
      gone.erase(host.name);
      Told told{host.on_switch, host.in_rack, std::string(event.needs.packed())};
      const auto [known, is_new] = hosts_.try_emplace(host.name);
      if (!is_new && known->second == told) return;
      known->second = std::move(told);
      write(event, now);
    });
    for (const std::string& name : gone) {
      hosts_.erase(name);
      std::erase_if(states_, [&](const auto& entry) { return entry.second.host == name; });
      write({.type = EventType::remove, .host = name}, now);
    }
  }

  bool tell(State state, Timestamp now) {
    if (!hosts_.contains(state.host)) return false;
    Key key{state.host, state.audit};
    state.number = ++numbers_;
    write_check(state, now);
    const std::uint64_t number = state.number;
    states_[key] = std::move(state);
    repeats_.push_back({add(now, push_period_), std::move(key), number});
    return true;
  }

  bool tell_repair(std::string_view host, bool begins, Timestamp now) {
    if (!hosts_.contains(host)) return false;
    const auto type = begins ? EventType::manipulation_begin : EventType::manipulation_end;
    write({.type = type, .host = host}, now);
    if (begins) return true;
    // What was measured before must not be received as if it were new.
    auto state = states_.lower_bound({std::string(host), ""});
    while (state != states_.end() && state->first.first == host) state = states_.erase(state);
    return true;
  }

  void repeat(Timestamp now) {
    repeat_states(now);
    if (hosts_.empty() || now < add(last_, longest_silence_)) return;
    write({.type = EventType::host, .host = hosts_.begin()->first}, now);
  }

  std::optional<Timestamp> next_repeat() const {
    if (hosts_.empty()) return std::nullopt;
    const Timestamp silence = add(last_, longest_silence_);
    return repeats_.empty() ? silence : earlier(silence, repeats_.front().at);
  }

  Timestamp time() const { return last_; }

 private:
  void repeat_states(Timestamp now) {
    // After a step back nobody waits for moments that were near once.
    const bool stepped_back = !repeats_.empty() && repeats_.front().at > add(now, push_period_);
    for (std::size_t left = repeats_.size(); left > 0; --left) {
      if (!stepped_back && repeats_.front().at > now) return;
      Repeat one = std::move(repeats_.front());
      repeats_.pop_front();
      const auto state = states_.find(one.key);
      if (state == states_.end() || state->second.number != one.number) continue;
      if (now >= state->second.until) {
        states_.erase(state);
        continue;
      }
      write_check(state->second, now);
      one.at = add(now, push_period_);
      repeats_.push_back(std::move(one));
    }
  }

  void write(Event event, Timestamp now, std::string_view description = {}) {
    last_ = later(last_, now);
    event.time = last_;
    event.report.receive_time = last_;
    line_.clear();
    append_event(line_, event);
    if (!description.empty()) {
      line_.resize(line_.size() - 2);  // the brace and the line feed
      line_ += ",\"description\":";
      append_json_string(line_, description);
      line_ += "}\n";
    }
    sink_(line_, event);
  }

  void write_check(const State& state, Timestamp now) {
    write(check_event(state.host, state.audit, state.result, state.status_since, now), now,
          state.result.output);
  }

  Sink sink_;
  Seconds push_period_;
  Seconds longest_silence_;
  Timestamp last_ = distant_past;
  std::map<std::string, Told, std::less<>> hosts_;
  std::map<Key, State> states_;
  std::deque<Repeat> repeats_;  // in order of time, as all wait equally long
  std::uint64_t numbers_ = 0;
  std::string line_;
};

Recorder::Recorder(Sink sink, Seconds push_period, Seconds longest_silence)
    : impl_(std::make_unique<Impl>(std::move(sink), push_period, longest_silence)) {}
Recorder::~Recorder() = default;

void Recorder::tell_hosts(const Catalogue& catalogue, Timestamp now) {
  impl_->tell_hosts(catalogue, now);
}
bool Recorder::tell(std::string_view host, std::string_view audit, const Result& result,
                    Timestamp status_since, Timestamp next_run, Timestamp now) {
  return impl_->tell({std::string(host), std::string(audit), result, status_since, next_run}, now);
}
bool Recorder::tell_repair(std::string_view host, bool begins, Timestamp now) {
  return impl_->tell_repair(host, begins, now);
}
Timestamp Recorder::time() const { return impl_->time(); }
void Recorder::repeat(Timestamp now) { impl_->repeat(now); }
std::optional<Timestamp> Recorder::next_repeat() const { return impl_->next_repeat(); }

}  // namespace vitals::audit
