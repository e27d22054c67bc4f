// SPDX-License-Identifier: Apache-2.0
#include "audit/task_finder.h"

#include <algorithm>

namespace vitals::audit {

TaskFinder::TaskFinder(const Catalogue& catalogue, std::span<const Task> tasks)
    : catalogue_(&catalogue), tasks_(tasks), first_(catalogue.hosts.size() + 1) {
  for (const Task& task : tasks) ++first_[task.host + std::size_t{1}];
  for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
  hosts_.reserve(catalogue.hosts.size());
  for (std::uint32_t i = 0; i < catalogue.hosts.size(); ++i) hosts_[catalogue.hosts[i].name] = i;
}

std::optional<std::size_t> TaskFinder::find(std::string_view host, std::string_view audit) const {
  const auto known = hosts_.find(host);
  if (known == hosts_.end()) return std::nullopt;
  const auto begin = tasks_.begin() + first_[known->second];
  const auto end = tasks_.begin() + first_[known->second + std::size_t{1}];
  const auto found =
      std::lower_bound(begin, end, audit, [this](const Task& task, std::string_view wanted) {
        return catalogue_->audits[task.audit].name < wanted;
      });
  if (found == end || catalogue_->audits[found->audit].name != audit) return std::nullopt;
  return static_cast<std::size_t>(found - tasks_.begin());
}

}  // namespace vitals::audit
