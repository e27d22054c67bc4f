// SPDX-License-Identifier: Apache-2.0
// The number of a task by its names.
#ifndef VITALS_LIB_AUDIT_TASK_FINDER_H
#define VITALS_LIB_AUDIT_TASK_FINDER_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vitals/audit/catalogue.h"
#include "vitals/audit/expansion.h"

namespace vitals::audit {

// Tasks as expand() made them of the catalogue, in its order: those of a host stand side by side,
// so that only hosts need a table. Catalogue and tasks outlive it.
class TaskFinder {
 public:
  TaskFinder() = default;
  TaskFinder(const Catalogue& catalogue, std::span<const Task> tasks);

  // Where it stands among the tasks, if it is one.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view host,
                                                std::string_view audit) const;

 private:
  const Catalogue* catalogue_ = nullptr;
  std::span<const Task> tasks_;
  std::vector<std::uint32_t> first_;  // of each host, and one behind the last
  absl::flat_hash_map<std::string_view, std::uint32_t> hosts_;
};

}  // namespace vitals::audit

#endif  // VITALS_LIB_AUDIT_TASK_FINDER_H
