// SPDX-License-Identifier: Apache-2.0
// A host's switch or rack as events say it.
#ifndef VITALS_LIB_AUDIT_PLACES_H
#define VITALS_LIB_AUDIT_PLACES_H

#include <optional>
#include <string>

#include "vitals/event.h"

namespace vitals::audit {

// None is unstated; an empty name says that there is none.
[[nodiscard]] inline Place place_of(const std::optional<std::string>& name) {
  if (!name) return {};
  if (name->empty()) return {.says = Place::Says::none};
  return {.says = Place::Says::name, .name = *name};
}

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_PLACES_H
