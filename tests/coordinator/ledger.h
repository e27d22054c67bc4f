// SPDX-License-Identifier: Apache-2.0
// What the tables of a database hold, and what the journal says that they must hold: read and
// replayed with nothing of the coordinator's own but the journal's entries.
#ifndef VITALS_TESTS_COORDINATOR_LEDGER_H
#define VITALS_TESTS_COORDINATOR_LEDGER_H

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "vitals/coordinator/coordinator.h"

namespace vitals::coordinator {

// Who was promised what: by installation and inventory number, and by name.
struct Ledger {
  struct Promise {
    bool held = true;  // or told to be removed
    std::string name{};

    friend bool operator==(const Promise&, const Promise&) = default;
  };
  using HostOf = std::pair<std::string, Inv>;
  std::map<HostOf, Promise> hosts{};
  std::map<std::string, HostOf> names{};

  friend bool operator==(const Ledger&, const Ledger&) = default;
};

// The tables as they are.
[[nodiscard]] Ledger read_tables(const std::string& database);

// The tables as the journal tells them. There must be no listings in between.
[[nodiscard]] Ledger replay(Coordinator& coordinator);

// Whether a number (of one BOT) or a name is promised to two installations.
[[nodiscard]] bool promises_twice(const Ledger& ledger);

}  // namespace vitals::coordinator

#endif  // VITALS_TESTS_COORDINATOR_LEDGER_H
