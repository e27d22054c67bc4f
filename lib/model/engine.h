// SPDX-License-Identifier: Apache-2.0
// A simulation at work: one queue of what is to happen, and what each source does when its time has
// come.
//
//     world:    what happens to hosts, switches and racks        engine_happenings.cc
//     sources:  pongers, agents, hw-watcher, netmon              engine_sources.cc
//     Juggler:  takes results, stamps, runs out of them, pushes  engine_juggler.cc
#ifndef VITALS_LIB_MODEL_ENGINE_H
#define VITALS_LIB_MODEL_ENGINE_H

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "model/slots.h"
#include "model/world.h"
#include "vitals/event.h"
#include "vitals/model/simulation.h"

namespace vitals::model {

class Simulation::Impl {
 public:
  Impl(const Scenario& scenario, std::uint64_t seed);
  void run(EventVisitor on_event, TruthVisitor on_truth);

 private:
  using Index = std::uint32_t;  // of a check: those of all hosts, then one a rack

  // What can be planned, and what its subject and its argument are.
  enum class Action : std::uint8_t {
    probe,          // a check, by pongers
    run_agent,      // a check, by the host's agent
    arrive,         // a check; a result reaches Juggler
    run_out,        // a check; its time to live may be over
    push,           // a check, regularly; the number of the master's term
    receive,        // a check; a state of it reaches us
    create_checks,  // a host; Juggler begins to check it
    measure,        // a host, by its hw-watcher
    probe_switch,   // a switch, by netmon
    fetch,          // from netmon
    answer,         // from netmon: what was fetched is here
    begin,          // a happening
    strike,         // a happening; which of its targets
    cease           // a happening; the host, switch or rack
  };
  struct Planned {
    std::uint32_t subject = 0;
    std::uint32_t argument = 0;
    Action action = Action::probe;
  };

  // A check of a host or of a rack, and what is known of it on its way to us.
  struct CheckState {
    explicit CheckState(Random of_check) : random(of_check) {}

    JugglerCheck juggler;
    FlapFilter filter;
    Random random;
    ModelTime regular{};        // its next measurement, without jitter
    ModelTime last_received{};  // what is pushed first is received first
    // A result on its way that will change nothing, so that nothing need be planned for it.
    Result quiet{};
    ModelTime quiet_arrives{};
    bool has_quiet = false;
    bool run_out_is_planned = false;
  };

  // A state on its way from Juggler to us.
  struct Delivery {
    Result result;
    ModelTime status_mtime{};
    std::string_view owner;  // the name that it bore when it was pushed
  };

  void plan(ModelTime when, Action action, std::uint32_t subject, std::uint32_t argument = 0) {
    queue_.push(when, {subject, argument, action});
  }
  // What we are told has whole seconds.
  static Timestamp whole(ModelTime time) { return std::chrono::floor<Seconds>(time); }
  static Millis below(Random& random, Millis limit) {
    return Millis{static_cast<Millis::rep>(
        random.below(static_cast<std::uint64_t>(std::max(limit, Millis{1}).count())))};
  }
  void perform(const Planned& planned);
  void prefetch_for(const Planned& planned) const;
  void begin();

  [[nodiscard]] bool is_of_rack(Index check) const { return check >= first_rack_check_; }
  [[nodiscard]] std::uint32_t number_in_host(Index check) const { return check % checks_a_host_; }
  [[nodiscard]] std::uint32_t owner(Index check) const {
    return is_of_rack(check) ? check - first_rack_check_ : check / checks_a_host_;
  }
  [[nodiscard]] const ModelCheck& kind_of(Index check) const {
    return is_of_rack(check) ? world_.rack_check : world_.checks[number_in_host(check)];
  }
  [[nodiscard]] static bool is_probed(const ModelCheck& check) {
    return check.kind == Kind::active || check.kind == Kind::rack;
  }
  // Whether what it is a check of is still there.
  [[nodiscard]] bool exists(Index check) const {
    return is_of_rack(check) || world_.hosts[owner(check)].exists;
  }

  // Hosts, switches and racks (engine_happenings.cc).
  void begin_happening(std::uint32_t which);
  [[nodiscard]] std::optional<std::uint32_t> choose(const Happening& what, std::uint32_t target,
                                                    Random& random);
  void strike(std::uint32_t which, std::uint32_t target);
  void cease(std::uint32_t which, std::uint32_t target);
  void strike_host(const Happening& what, std::uint32_t host);
  void end_pongers_outage();
  void cease_of_host(const Happening& what, std::uint32_t host);
  [[nodiscard]] Components broken_by(const Happening& what) const;
  void change(std::uint32_t host, absl::FunctionRef<void(ModelHost&)> how);
  void change_rack(std::uint32_t rack, int faults);
  void boot(std::uint32_t host);
  void add(std::uint32_t host);
  void create_checks(std::uint32_t host);
  void rename(std::uint32_t host);
  void move_master();

  // Who measures (engine_sources.cc).
  void start_host(std::uint32_t host, ModelTime from);
  void start_check(Index index, ModelTime from);
  [[nodiscard]] Result first_result(Index index);
  void plan_turn(Index index, Action action, const Delay& jitter);
  void probe(Index index);
  [[nodiscard]] Status find(Index index, CheckState& check);
  void run_agent(Index index);
  void measure(std::uint32_t number);
  void probe_switch(std::uint32_t number);
  void fetch();
  void answer();

  // Juggler (engine_juggler.cc).
  void know(Index index, ModelTime since);
  void send(Index index, const Result& result);
  void settle(CheckState& check) const;
  void arrive(Index index, const Result& result);
  void plan_quiet(Index index);
  void plan_run_out(Index index);
  void run_out(Index index);
  void plan_pushes(ModelTime from);
  void plan_push(Index index, ModelTime from);
  void push(Index index, std::uint32_t term);
  void push_change(Index index);
  void deliver(Index index);
  void receive(Index index, const Delivery& delivery);

  // What we receive.
  void emit(const Event& event, std::optional<ModelTime> measured = {});
  void emit_of_host(EventType type, std::uint32_t host, std::string_view to = {});
  void declare(std::uint32_t host);

  std::string_view keep_name(std::string name) { return names_.emplace_back(std::move(name)); }
  HwWatcherRecord& record(std::uint32_t host, std::uint32_t check) {
    return records_[std::size_t{host} * records_a_host_ + records_of_[check]];
  }

  Scenario scenario_;
  World world_;
  std::uint32_t checks_a_host_;
  Index first_rack_check_;
  std::vector<CheckState> checks_;
  std::vector<std::uint32_t> records_of_;  // by number in a host: of hw-watcher's, which
  std::uint32_t records_a_host_ = 0;
  std::vector<HwWatcherRecord> records_;
  std::vector<ModelTime> measures_at_;  // of hosts: hw-watcher's next regular run
  std::vector<NetmonSwitch> switches_;
  std::vector<Random> random_of_hosts_;
  std::vector<Random> random_of_happenings_;
  Random random_of_netmon_;
  EventQueue<Planned> queue_;
  Slots<Result> results_;
  Slots<Delivery> deliveries_;
  std::deque<std::string> names_;
  ModelTime now_;
  ModelTime next_fetch_;
  std::uint32_t term_ = 0;     // of Juggler's master
  ModelTime election_until_;   // until then changes are not pushed
  ModelTime cron_busy_until_;  // with the hosts that were added before
  int juggler_outages_ = 0;    // that go on
  int netmon_outages_ = 0;
  int pongers_outages_ = 0;
  std::uint32_t added_ = 0;    // of the hosts that are to be
  std::uint32_t renamed_ = 0;  // names given by renames
  const EventVisitor* on_event_ = nullptr;
  const TruthVisitor* on_truth_ = nullptr;
};

}  // namespace vitals::model

#endif  // VITALS_LIB_MODEL_ENGINE_H
