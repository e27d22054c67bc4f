// SPDX-License-Identifier: Apache-2.0
// What the engines of a backend did belongs into the recording of each, whoever did it: results,
// because what one knows of a parent must stop the others, and repairs, because of the rules after
// one.
#ifndef VITALS_LIB_AUDIT_OTHERS_H
#define VITALS_LIB_AUDIT_OTHERS_H

#include <cstdint>
#include <map>

#include "absl/status/status.h"
#include "vitals/audit/backend.h"
#include "vitals/audit/recorder.h"

namespace vitals::audit {

class Others {
 public:
  // Both must outlive it. `late` is how much later than its moment something may be seen here:
  // because it was told late, or because clocks differ.
  Others(Backend& backend, Recorder& recorder, Seconds late)
      : backend_(backend), recorder_(recorder), late_(late) {}

  // Tells the recorder what is new. The first time: which repairs go on, and each result until its
  // audit is due again, so that an engine that starts anew knows what is still known.
  absl::Status hear(Timestamp now);

  // What the recorder was told already.
  void know(std::int64_t record, const Result& result) { results_[record] = result; }
  void know_repair(std::int64_t repair, bool ended) { repairs_[repair] = ended; }

 private:
  absl::Status hear_repairs(Timestamp now);
  absl::Status hear_results(Timestamp now);

  Backend& backend_;
  Recorder& recorder_;
  Seconds late_;
  std::map<std::int64_t, bool> repairs_;    // whether their ends were told
  std::map<std::int64_t, Result> results_;  // by record; those that will be visited once more
  Timestamp repairs_since_ = distant_future;
  Timestamp results_since_ = distant_past;
};

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_OTHERS_H
