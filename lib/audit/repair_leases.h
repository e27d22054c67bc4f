// SPDX-License-Identifier: Apache-2.0
// The leases of repairs. What this engine repairs is kept alive and ended, also where the backend
// is away at that moment; what a dead one left is ended.
#ifndef VITALS_LIB_AUDIT_REPAIR_LEASES_H
#define VITALS_LIB_AUDIT_REPAIR_LEASES_H

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "vitals/audit/backend.h"
#include "vitals/audit/executor.h"

namespace vitals::audit {

class RepairLeases {
 public:
  // The backend must outlive it. Each engine calls look_after() once in `every`.
  RepairLeases(Backend& backend, Seconds every) : backend_(backend), every_(every) {}

  // Of this engine.
  void begun(std::int64_t repair) { own_.insert(repair); }
  void ended(std::int64_t repair, int exit_code, Timestamp now);

  // Tells the backend what ended. Errors: those of the backend; the rest is told by the next call.
  absl::Status tell();
  [[nodiscard]] bool are_all_told() const { return ended_.empty(); }
  void give_up() { ended_.clear(); }

  // Extends the leases of this engine, and ends those of the dead: which are over by the clock, and
  // were not extended for twice as long as whoever lives takes. So clocks may step, and differ.
  absl::Status look_after(Moment now);

 private:
  struct Ended {
    std::int64_t repair;
    int exit_code;
    Timestamp at;
  };
  struct Lapsed {
    Timestamp until{};               // the end of the lease, as it was when that was noticed
    std::chrono::milliseconds at{};  // on the clock that never steps
  };

  Backend& backend_;
  Seconds every_;
  std::set<std::int64_t> own_;
  std::vector<Ended> ended_;
  std::map<std::int64_t, Lapsed> lapsed_;
};

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_REPAIR_LEASES_H
