// SPDX-License-Identifier: Apache-2.0
// What a catalogue states of its hosts, as events say it: the switch, the rack, and what they need
// by their own words and by those of their groups.
#ifndef VITALS_LIB_AUDIT_HOST_EVENTS_H
#define VITALS_LIB_AUDIT_HOST_EVENTS_H

#include <string_view>

#include "absl/functional/function_ref.h"
#include "vitals/audit/catalogue.h"
#include "vitals/event.h"

namespace vitals::audit {

using VisitHost = absl::FunctionRef<void(const Host& host, const Event& event)>;
using TellFault = absl::FunctionRef<void(const Origin& origin, std::string_view what)>;

// Visits the `host` event of each host, in their order. Its views live as long as the visit.
void visit_hosts(const Catalogue& catalogue, Timestamp time, VisitHost visit);

// Tells what is wrong with the needs of groups and hosts. Such a host's event states none of them.
void check_needs(const Catalogue& catalogue, TellFault tell);

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_HOST_EVENTS_H
