// SPDX-License-Identifier: Apache-2.0
/// @file
/// Start here: the reading list of the header-only core, from the bottom up.
///
///     time.h            moments, lengths, sums that never wrap
///     window.h          the one idea: every rule is a window on the time axis
///     nearest.h         the nearest of several moments after now
///     observation.h     what was received of a check, and times that cannot be
///     policy.h          every constant, its default and where it comes from
///     policy_sums.h     the sums of constants that the rules compare
///     staleness.h       until when an observation may be used
///     effective.h       from when on a state is proven
///     appearance.h      until when a new host may be without its checks
///     reason.h          why a check does not count
///     infrastructure.h  what switches and racks say about active checks
///     needs.h           what active checks need of further classes, and how that is put together
///     rules.h           the rules as predicates, one function a rule: the specification in code
///     moments.h         the rules as windows, with only `now` left open
///     verdict.h         judge(): all of it together, for one check
///     health.h          the host as a whole
///
/// The compiled library stands on top of it: event.h, recording.h, policy_yaml.h, fleet.h,
/// replay.h, explain.h, scenario.h and icinga2.h are included by name.

#ifndef VITALS_VITALS_H
#define VITALS_VITALS_H

#include "vitals/appearance.h"
#include "vitals/effective.h"
#include "vitals/health.h"
#include "vitals/infrastructure.h"
#include "vitals/moments.h"
#include "vitals/nearest.h"
#include "vitals/needs.h"
#include "vitals/observation.h"
#include "vitals/policy.h"
#include "vitals/policy_sums.h"
#include "vitals/reason.h"
#include "vitals/rules.h"
#include "vitals/staleness.h"
#include "vitals/time.h"
#include "vitals/verdict.h"
#include "vitals/window.h"

#endif  // VITALS_VITALS_H
