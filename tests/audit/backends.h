// SPDX-License-Identifier: Apache-2.0
// Backends for tests.
#ifndef VITALS_TESTS_AUDIT_BACKENDS_H
#define VITALS_TESTS_AUDIT_BACKENDS_H

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "../coordinator/databases.h"
#include "catalogues.h"
#include "vitals/audit/backend.h"

namespace vitals::audit {

constexpr Timestamp t(std::int64_t seconds) { return Timestamp{Seconds{1'700'000'000 + seconds}}; }

inline std::unique_ptr<Backend> open_backend(const std::string& url) {
  auto backend = Backend::open(url);
  INFO(url << ": " << backend.status());
  REQUIRE(backend.ok());
  return *std::move(backend);
}

template <class Value>
Value good(absl::StatusOr<Value> value) {
  INFO(value.status());
  REQUIRE(value.ok());
  return *std::move(value);
}

inline void good(const absl::Status& status) {
  INFO(status);
  REQUIRE(status.ok());
}

// Stores a catalogue and makes its records.
inline void fill(Backend& backend, const Catalogue& catalogue, Timestamp now) {
  good(backend.store(catalogue));
  good(backend.sync(catalogue, good(expand(catalogue)), now));
}

inline std::vector<Record> records_of(Backend& backend) {
  std::vector<Record> records;
  good(backend.visit_records([&](const Record& record) { records.push_back(record); }));
  return records;
}

}  // namespace vitals::audit

#endif  // VITALS_TESTS_AUDIT_BACKENDS_H
