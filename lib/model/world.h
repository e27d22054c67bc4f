// SPDX-License-Identifier: Apache-2.0
// What is true in a simulation: which hosts there are, what runs and answers, what is broken.
#ifndef VITALS_LIB_MODEL_WORLD_H
#define VITALS_LIB_MODEL_WORLD_H

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "vitals/model/scenario.h"
#include "vitals/observation.h"
#include "vitals/truth.h"

namespace vitals::model {

// A check of the scenario, as every host (or rack) has one.
struct ModelCheck {
  std::string name;
  Kind kind = Kind::active;
  Millis period{};
  Millis time_to_live{};  // at Juggler
};

// A switch or a rack.
struct ModelPlace {
  std::string name;
  std::uint32_t faults = 0;     // that go on
  std::uint32_t hosts = 0;      // that exist
  std::uint32_t answering = 0;  // of those
};

class World {
 public:
  using TruthVisitor = absl::FunctionRef<void(const TruthChange&)>;

  explicit World(const Scenario& scenario);

  // What changes a host, a switch or a rack goes through change(), which tells what became true.
  template <class Change>
  void change(std::uint32_t host, TruthTime now, Change how, TruthVisitor visit) {
    count(hosts[host], -1);
    how(hosts[host]);
    count(hosts[host], +1);
    tell(host, now, visit);
  }
  void change_switch(std::uint32_t number, int faults, TruthTime now, TruthVisitor visit);
  void change_rack(std::uint32_t number, int faults, TruthTime now, TruthVisitor visit);

  // Tells everything that is true of everything that exists.
  void tell_all(TruthTime now, TruthVisitor visit);
  // Forgets what was told of a host, which is told anew at its next change.
  void forget_told(std::uint32_t host);

  // The hosts of one switch or rack, which lie together.
  [[nodiscard]] std::span<const ModelHost> members(std::uint32_t ModelHost::* place,
                                                   std::uint32_t number) const;

  [[nodiscard]] bool runs(const ModelHost& host) const {
    return host.exists && !host.under_repair && racks[host.in_rack].faults == 0;
  }
  [[nodiscard]] bool answers(const ModelHost& host) const {
    return runs(host) && !host.is_broken(network_component) && switches[host.on_switch].faults == 0;
  }
  // Whether its agent runs at `now`.
  [[nodiscard]] bool has_agent(const ModelHost& host, ModelTime now) const {
    return runs(host) && now >= host.agent_from && !host.is_broken(agent_component);
  }
  // What pongers find of a rack: CRIT when no more than half of its hosts answer.
  [[nodiscard]] Status found_of_rack(std::uint32_t rack) const {
    const ModelPlace& place = racks[rack];
    return place.answering * 2 > place.hosts || place.hosts == 0 ? Status::ok : Status::crit;
  }
  // The bit of what a check of hosts measures, by its number.
  [[nodiscard]] static Components component(std::size_t check) { return Components{1} << check; }
  // The same by name; none for a name that is nothing of a host.
  [[nodiscard]] Components component(std::string_view name) const;

  std::vector<ModelCheck> checks;  // of a host, by name
  std::string netmon_check;        // empty: the scenario has none
  ModelCheck rack_check;           // without a name: likewise
  std::vector<ModelHost> hosts;    // those to be added, too
  std::vector<ModelPlace> switches;
  std::vector<ModelPlace> racks;

 private:
  static constexpr std::uint8_t untold = 255;

  void count(const ModelHost& host, int sign);
  void tell(std::uint32_t host, TruthTime now, TruthVisitor visit);
  void tell_switch(std::uint32_t number, TruthTime now, TruthVisitor visit);
  void tell_rack(std::uint32_t number, TruthTime now, TruthVisitor visit);
  [[nodiscard]] Status truth(const ModelHost& host, std::size_t check) const;

  // Statuses as told last: of each host's checks, of switches, of racks.
  std::vector<std::uint8_t> told_of_hosts_;
  std::vector<std::uint8_t> told_of_switches_;
  std::vector<std::uint8_t> told_of_racks_;
};

}  // namespace vitals::model

#endif  // VITALS_LIB_MODEL_WORLD_H
