// SPDX-License-Identifier: Apache-2.0
// What the engines of a backend did belongs into the recording of each, whoever did it: results,
// because what one knows of a parent must stop the others, and repairs, because of the rules after
// one.
#ifndef VITALS_LIB_AUDIT_OTHERS_H
#define VITALS_LIB_AUDIT_OTHERS_H

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "vitals/audit/backend.h"
#include "vitals/audit/recorder.h"
#include "vitals/policy.h"

namespace vitals::audit {

// Of all audits: how much earlier than it says one may have measured.
inline constexpr Seconds accuracy = CheckPolicy().accuracy;

class Others {
 public:
  // Both must outlive it. `late` is how much later than its moment something may be seen here:
  // because it was told late, or because clocks differ.
  Others(Backend& backend, Recorder& recorder, Seconds late)
      : backend_(backend), recorder_(recorder), late_(late) {}

  // Tells the recorder what is new. The first time: which repairs go on, and each result until its
  // audit is due again, so that an engine that starts anew knows what is still known; but none that
  // was measured before a repair of its host ended, as that repair is not told. The same holds for
  // a host that the recorder hears of later than here.
  absl::Status hear(Timestamp now);

  // What the recorder was told already.
  void know(std::int64_t record, const Result& result) { results_[record] = result; }
  void know_repair(std::int64_t repair, std::string_view host);
  void know_end(std::int64_t repair, Timestamp ended_at);

 private:
  struct Work {
    std::string host;
    bool is_over = false;
  };

  absl::Status hear_repairs(Timestamp now);
  absl::Status hear_results(Timestamp now);
  void end(Work& work, Timestamp ended_at);
  // False if it has to wait for its host.
  bool tell(const Record& record, Timestamp now);
  [[nodiscard]] bool is_still_known(const Record& record, Timestamp now) const;

  Backend& backend_;
  Recorder& recorder_;
  Seconds late_;
  std::map<std::int64_t, Work> repairs_;     // all that were heard of
  std::map<std::int64_t, Result> results_;   // by record; those that will be visited once more
  std::map<std::int64_t, Record> homeless_;  // whose hosts are not told yet
  std::map<std::string, Timestamp, std::less<>> repaired_;  // when a host's last repair ended
  Timestamp repairs_since_ = distant_past;
  Timestamp results_since_ = distant_past;
};

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_OTHERS_H
