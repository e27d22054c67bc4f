// SPDX-License-Identifier: Apache-2.0
// Saves a fleet and loads it again: which of its parts are sections of a snapshot.
#ifndef VITALS_LIB_FLEET_FLEET_SNAPSHOT_H
#define VITALS_LIB_FLEET_FLEET_SNAPSHOT_H

#include <string>

#include "absl/status/status.h"
#include "fleet/fleet_engine.h"
#include "fleet/snapshot.h"

namespace vitals {

class FleetSnapshot {
 public:
  // Errors: see Fleet::save.
  static absl::Status save(Fleet& fleet, const std::string& path);

  // Loads into a fleet that has taken nothing yet. Errors: see Fleet::open.
  static absl::Status load(Fleet& fleet, const std::string& path);

 private:
  struct Summary;
  struct FormerPlaces;

  FleetSnapshot(Fleet& fleet, SnapshotReader& file)
      : engine_(*fleet.engine_), store_(engine_.store), file_(file) {}
  absl::Status load();
  absl::Status compare_policy(bool& is_same);
  absl::Status load_columns();
  absl::Status load_names();
  absl::Status check_hosts();
  static std::string packed_needs(const FleetStore& store);
  static std::string packed_blockers(const FleetStore& store);
  absl::Status compare_classes(const PolicySet& then);
  absl::Status load_classes();
  absl::Status load_needs(std::string_view packed);
  absl::Status load_blockers(std::string_view packed);
  void restore_what_follows();
  void restore_free_ids();
  void look_at_everything();

  Fleet::Engine& engine_;
  FleetStore& store_;
  SnapshotReader& file_;
};

}  // namespace vitals

#endif  // VITALS_LIB_FLEET_FLEET_SNAPSHOT_H
