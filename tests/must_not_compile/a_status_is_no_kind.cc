// SPDX-License-Identifier: Apache-2.0
// EXPECT: no match for|invalid operands|comparison between types
#include "vitals/observation.h"

bool speaks_of_hosts(vitals::Kind kind) {
#if BAD
  return kind != vitals::Status::nodata;
#else
  return !vitals::is_infrastructure(kind);
#endif
}
