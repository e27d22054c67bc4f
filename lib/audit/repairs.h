// SPDX-License-Identifier: Apache-2.0
// Which repairs an engine should begin, and what it knows of its hosts to decide that.
#ifndef VITALS_LIB_AUDIT_REPAIRS_H
#define VITALS_LIB_AUDIT_REPAIRS_H

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "vitals/audit/backend.h"
#include "vitals/audit/catalogue.h"
#include "vitals/event.h"
#include "vitals/fleet.h"

namespace vitals::audit {

class Repairs {
 public:
  explicit Repairs(PolicySet base) : base_(std::move(base)) {}

  // Another catalogue: hosts are judged by its policy from now on, and observed anew.
  void use(std::shared_ptr<const Catalogue> catalogue);

  // Everything that the recording is told.
  void see(const Event& event, Timestamp now);

  // Whether a repair by this audit is called for: it is enabled, the audit's check counts and is
  // CRIT, so the host is failing.
  [[nodiscard]] bool is_called_for(const Host& host, const Audit& audit, Timestamp now);

  // Whether one more may go on beside those: no group has more than its share.
  [[nodiscard]] bool may_begin(std::string_view host, std::span<const std::string> hosts) const;

 private:
  struct Work {
    Timestamp began_at = distant_past;
    Timestamp ended_at = distant_past;
    bool goes_on = false;
  };

  void remember(const Event& event);

  PolicySet base_;
  std::shared_ptr<const Catalogue> catalogue_;
  std::map<std::string, Work, std::less<>> work_;  // by host; what another catalogue does not undo
  std::optional<Fleet> fleet_;                     // none where nothing is repaired
};

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_REPAIRS_H
