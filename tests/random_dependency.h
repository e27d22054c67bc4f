// SPDX-License-Identifier: Apache-2.0
// One random dependency and the check behind it, for properties.
#ifndef VITALS_TESTS_RANDOM_DEPENDENCY_H
#define VITALS_TESTS_RANDOM_DEPENDENCY_H

#include <rapidcheck.h>

#include "generators.h"
#include "vitals/infrastructure.h"

namespace vitals {

struct RandomDependency {
  Policy policy = generate::policy(generate::Scale::seconds);
  Kind kind = *rc::gen::element(Kind::netmon, Kind::rack);
  Observation infrastructure =
      receive(generate::report(generate::Scale::seconds), kind, Seconds{2});
  ActiveEvidence check{.status_mtime = generate::moment(generate::Scale::seconds),
                       .effective = generate::moment(generate::Scale::seconds)};
  Dependency on() const { return {.kind = kind, .observation = &infrastructure}; }
};

}  // namespace vitals

#endif  // VITALS_TESTS_RANDOM_DEPENDENCY_H
