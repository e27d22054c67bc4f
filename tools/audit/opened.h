// SPDX-License-Identifier: Apache-2.0
// What most commands begin with: a backend, and the catalogue that is in it.
#ifndef VITALS_TOOLS_AUDIT_OPENED_H
#define VITALS_TOOLS_AUDIT_OPENED_H

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "vitals/audit/backend.h"

namespace vitals::audit {

struct Opened {
  std::unique_ptr<Backend> backend;
  std::shared_ptr<const Catalogue> catalogue;
};

[[nodiscard]] inline absl::StatusOr<Opened> open_catalogue(const std::string& url,
                                                           OpenMode mode = OpenMode::read) {
  auto backend = Backend::open(url, mode);
  if (!backend.ok()) return backend.status();
  auto catalogue = (*backend)->catalogue();
  if (!catalogue.ok()) return catalogue.status();
  return Opened{*std::move(backend), *std::move(catalogue)};
}

}  // namespace vitals::audit

#endif  // VITALS_TOOLS_AUDIT_OPENED_H
