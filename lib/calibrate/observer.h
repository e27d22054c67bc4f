// SPDX-License-Identifier: Apache-2.0
// Takes samples from the events of a recording, and from the truth if there is one.
#ifndef VITALS_LIB_CALIBRATE_OBSERVER_H
#define VITALS_LIB_CALIBRATE_OBSERVER_H

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "calibrate/observed.h"
#include "calibrate/silences.h"
#include "calibrate/truth_of_check.h"
#include "text/bridge.h"
#include "vitals/event.h"
#include "vitals/observation.h"
#include "vitals/policy_yaml.h"
#include "vitals/truth.h"

namespace vitals {

class Observer {
 public:
  // `policy` must outlive it.
  explicit Observer(const PolicySet& policy);

  // In order of time. A truth of the same second comes first.
  void apply(const Event& event);
  void apply(const TruthChange& change);

  [[nodiscard]] Observed take() &&;

 private:
  // One check of one host, switch or rack.
  struct Series {
    bool is_known = false;
    bool is_unbroken = false;  // nothing was done to the host since the last receipt
    bool has_changed = false;  // from one status to another, neither of them NODATA
    bool is_out = false;       // of infrastructure: a failure that we saw begin
    bool is_paired = false;    // and that made checks of hosts fail
    Status status = Status::ok;
    Timestamp receive_time{};
    Timestamp status_mtime{};
    std::optional<Timestamp> measured{};
    std::optional<Timestamp> after_change{};  // the receipt behind the first of the last change
    Seconds worst_lag{0};
    Seconds ahead{0};
  };
  struct Entity;
  struct Check {
    CheckPolicy policy;
    std::size_t index;
  };
  struct Truth {
    TruthOfCheck history;
    std::optional<UntoldTruth> untold;
    UnsettledTruth unsettled;
  };
  // A host, a switch or a rack. Checks are numbered as in the policy.
  struct Entity {
    std::vector<Series> series;
    std::vector<Truth> truths;  // empty where nothing is known
    Entity* on_switch = nullptr;
    Entity* in_rack = nullptr;
    std::vector<Entity*> members;  // of a switch or a rack
    std::optional<Timestamp> base{};
    std::optional<Timestamp> renamed{};
    bool is_worked_on = false;
  };
  using Entities = StringMap<std::unique_ptr<Entity>>;

  Entities& entities_of(Kind kind);
  Entity& find_or_add(Entities& entities, std::string_view name);
  void report(const Event& event);
  [[nodiscard]] bool is_overtaken(const Series& known, const Observation& seen) const;
  void first_receipt(const Entity& of, const Check& check, const Observation& seen);
  void next_receipt(Entity& of, Series& before, const Check& check, const Observation& seen);
  void compare_measurements(const Series& before, const Check& check, const Observation& seen,
                            Seconds silence);
  void compare_changes(Series& before, const Check& check, const Observation& seen,
                       Seconds silence);
  void ask_truth(Entity& of, const Series& before, const Check& check, const Observation& seen);
  void hold_against(const Entity& of, const Check& check, const Observation& seen, Measure measure,
                    Timestamp at);
  void end_of_truth(Entity& of, const Check& check, const Observation& seen);
  [[nodiscard]] bool is_disturbed(const Entity& of, const Check& check, Timestamp from) const;
  void follow_infrastructure(const Entity& place, Series& before, const Check& check,
                             const Observation& seen);
  void pair_with_infrastructure(const Entity& host, const Check& check, const Observation& seen);
  void state_place(Entity& host, Entity*& place, const Place& says, Kind kind);
  void rename(const Event& event);
  void forget(Entity& host);
  void drop_series(Entity& of);
  void work_begins_or_ends(const Event& event);

  const PolicySet& policy_;
  StringMap<Check> checks_;
  std::vector<std::size_t> active_;                         // the indices of active checks
  std::array<std::vector<std::size_t>, 2> infrastructure_;  // of netmon and rack checks
  Entities hosts_;
  Entities switches_;
  Entities racks_;
  Silences silences_;
  Observed observed_;
};

}  // namespace vitals

#endif  // VITALS_LIB_CALIBRATE_OBSERVER_H
