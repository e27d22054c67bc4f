// SPDX-License-Identifier: Apache-2.0
// What is known of hosts, as events say it: what a catalogue states of them (the switch, the rack,
// and what they need by their own words and by those of their groups), and what audits found.
#ifndef VITALS_LIB_AUDIT_HOST_EVENTS_H
#define VITALS_LIB_AUDIT_HOST_EVENTS_H

#include <string_view>

#include "absl/functional/function_ref.h"
#include "vitals/audit/catalogue.h"
#include "vitals/audit/record.h"
#include "vitals/event.h"

namespace vitals::audit {

using VisitHost = absl::FunctionRef<void(const Host& host, const Event& event)>;
using TellFault = absl::FunctionRef<void(const Origin& origin, std::string_view what)>;

// Visits the `host` event of each host, in their order. Its views live as long as the visit.
void visit_hosts(const Catalogue& catalogue, Timestamp time, VisitHost visit);

// The `check` event of a result that is received at `time`. Its views are those of the names.
[[nodiscard]] Event check_event(std::string_view host, std::string_view audit, const Result& result,
                                Timestamp status_since, Timestamp time);

// Tells what is wrong with the needs of groups and hosts. Such a host's event states none of them.
void check_needs(const Catalogue& catalogue, TellFault tell);

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_HOST_EVENTS_H
